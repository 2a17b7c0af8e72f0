using System.Text.Json;

namespace Berth.Domain;

/// <summary>What a policy hangs on decides which elements it must have and which it may not.</summary>
public enum PolicyKind
{
    /// <summary>Says what its bearer may do: it has resources and no principal.</summary>
    Identity,

    /// <summary>Says who may assume a role: it has principals and no resource.</summary>
    Trust,
}

/// <summary>The grammar of policies. A document is stored as it was given; this only says whether it is one.</summary>
/// <remarks>IAM User Guide, "Grammar of the IAM JSON policy language".</remarks>
public static class PolicyDocument
{
    private const int DeepestJson = 32;

    private static readonly string[] Elements = ["Version", "Id", "Statement"];
    private static readonly string[] StatementElements =
        ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

    private static readonly string[] PrincipalTypes = ["AWS", "Service", "Federated", "CanonicalUser"];

    /// <summary>Characters of a document as quotas count them: white space is free.</summary>
    public static int Size(string text) => text.Count(character => !char.IsWhiteSpace(character));

    /// <summary>Refuses what is not a policy of the kind.</summary>
    public static void Check(string text, PolicyKind kind)
    {
        JsonDocument parsed;
        try
        {
            parsed = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = DeepestJson });
        }
        catch (JsonException)
        {
            throw Malformed("Syntax errors in policy.");
        }

        using (parsed)
        {
            var root = parsed.RootElement;
            CheckElements(root, Elements);
            if (root.TryGetProperty("Version", out var version) && !(version.ValueKind == JsonValueKind.String && version.GetString() is "2012-10-17" or "2008-10-17"))
            {
                throw Malformed("The policy must contain a valid version string");
            }

            if (root.TryGetProperty("Id", out var id))
            {
                RequireString(id);
            }

            if (!root.TryGetProperty("Statement", out var statements))
            {
                throw Malformed("Missing required field Statement");
            }

            var sids = new HashSet<string>(StringComparer.Ordinal);
            foreach (var statement in Items(statements))
            {
                CheckStatement(statement, kind, sids);
            }
        }
    }

    private static void CheckStatement(JsonElement statement, PolicyKind kind, HashSet<string> sids)
    {
        CheckElements(statement, StatementElements);
        if (statement.TryGetProperty("Sid", out var sid))
        {
            CheckSid(sid, kind, sids);
        }

        var effect = statement.TryGetProperty("Effect", out var given) ? given : throw Malformed("Missing required field Effect");
        if (effect.ValueKind != JsonValueKind.String || effect.GetString() is not ("Allow" or "Deny"))
        {
            throw Malformed($"Invalid effect: {effect}");
        }

        var actions = Either(statement, "Action", "NotAction");
        foreach (var action in Items(actions))
        {
            CheckAction(RequireString(action), kind);
        }

        if (kind == PolicyKind.Trust)
        {
            Prohibit(statement, "Resource", "NotResource");
            CheckPrincipal(Either(statement, "Principal", "NotPrincipal"));
        }
        else
        {
            Prohibit(statement, "Principal", "NotPrincipal");
            foreach (var resource in Items(Either(statement, "Resource", "NotResource")))
            {
                CheckResource(RequireString(resource));
            }
        }

        if (statement.TryGetProperty("Condition", out var condition))
        {
            CheckCondition(condition);
        }
    }

    private static void CheckSid(JsonElement sid, PolicyKind kind, HashSet<string> sids)
    {
        var text = RequireString(sid);
        if (kind == PolicyKind.Identity && !text.All(char.IsAsciiLetterOrDigit))
        {
            throw Malformed("Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*");
        }

        if (text.Length > 0 && !sids.Add(text))
        {
            throw Malformed("Statement IDs (SID) in a single policy must be unique.");
        }
    }

    private static void CheckAction(string action, PolicyKind kind)
    {
        var colon = action.IndexOf(':', StringComparison.Ordinal);
        if (action != "*" && (colon <= 0 || colon == action.Length - 1))
        {
            throw Malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
        }

        if (kind == PolicyKind.Trust && !action.StartsWith("sts:", StringComparison.OrdinalIgnoreCase))
        {
            throw Malformed("AssumeRole policy may only specify STS AssumeRole actions.");
        }
    }

    private static void CheckResource(string resource)
    {
        if (resource != "*" && !resource.StartsWith("arn:", StringComparison.Ordinal) && !resource.StartsWith('*'))
        {
            throw Malformed($"Resource {resource} must be in ARN format or \"*\".");
        }
    }

    private static void CheckPrincipal(JsonElement principal)
    {
        if (principal.ValueKind == JsonValueKind.String)
        {
            if (principal.GetString() != "*")
            {
                throw Malformed($"Invalid principal in policy: {principal}");
            }

            return;
        }

        CheckElements(principal, PrincipalTypes);
        foreach (var name in principal.EnumerateObject().SelectMany(type => Items(type.Value)))
        {
            if (RequireString(name).Length == 0)
            {
                throw Malformed("Invalid principal in policy");
            }
        }
    }

    private static void CheckCondition(JsonElement condition)
    {
        foreach (var test in Members(condition))
        {
            foreach (var key in Members(test.Value))
            {
                foreach (var value in Items(key.Value))
                {
                    if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False))
                    {
                        throw Malformed("Syntax errors in policy.");
                    }
                }
            }
        }
    }

    private static JsonElement Either(JsonElement statement, string name, string negated) =>
        (statement.TryGetProperty(name, out var plain), statement.TryGetProperty(negated, out var not)) switch
        {
            (true, true) => throw Malformed($"Statement/policy already has instance of {name}"),
            (true, false) => plain,
            (false, true) => not,
            (false, false) => throw Malformed($"Missing required field {name}"),
        };

    private static void Prohibit(JsonElement statement, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (statement.TryGetProperty(name, out _))
            {
                throw Malformed($"Has prohibited field {name}");
            }
        }
    }

    private static void CheckElements(JsonElement parent, string[] allowed)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in Members(parent))
        {
            if (!allowed.Contains(member.Name) || !seen.Add(member.Name))
            {
                throw Malformed("Syntax errors in policy.");
            }
        }

        if (seen.Count == 0)
        {
            throw Malformed("Syntax errors in policy.");
        }
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : throw Malformed("Syntax errors in policy.");

    /// <summary>One thing stands for a list of one; a list of none is no list.</summary>
    private static JsonElement[] Items(JsonElement element) =>
        element.ValueKind != JsonValueKind.Array ? [element]
        : element.GetArrayLength() == 0 ? throw Malformed("Syntax errors in policy.")
        : [.. element.EnumerateArray()];

    private static string RequireString(JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Malformed("Syntax errors in policy.");    // A string's text is never null.

    private static RefusedException Malformed(string message) => new("MalformedPolicyDocument", message);
}

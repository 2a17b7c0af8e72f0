using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>Something that is wrong with a task definition's text.</summary>
/// <param name="Line">The line of the member, counted from 1; of what it belongs to, when it is missing.</param>
/// <param name="Path">The member, such as <c>containerDefinitions[0].image</c>; empty for the whole document.</param>
/// <param name="Message">What is wrong.</param>
public readonly record struct DocumentProblem(int Line, string Path, string Message);

/// <summary>
/// A task definition as a person writes it: JSON that may have comments and trailing commas. Held against everything
/// RegisterTaskDefinition demands, and against the members there are, which the service passes over and the AWS CLI does not.
/// </summary>
public sealed class TaskDefinitionDocument
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly Problems problems = new();

    private TaskDefinitionDocument()
    {
    }

    /// <summary>What is wrong, by line; empty when the definition can be registered.</summary>
    public ImmutableArray<DocumentProblem> Found { get; private set; } = [];

    /// <summary>The family; null when the text names none.</summary>
    public string? Family { get; private set; }

    /// <summary>The launch types it would do for; empty when something is wrong.</summary>
    public ImmutableArray<string> Compatibilities { get; private set; } = [];

    /// <summary>Reads and checks a text.</summary>
    public static TaskDefinitionDocument Read(ReadOnlyMemory<byte> text, EcsQuotas quotas)
    {
        var document = new TaskDefinitionDocument();
        var json = text.Span.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;
        try
        {
            var lines = JsonLines.Of(json.Span);
            document.Check(JsonNode.Parse(json.Span, documentOptions: Lenient), quotas);
            document.Found = [.. document.problems.Found
                .Select(problem => new DocumentProblem(lines.Find(problem.Path), problem.Path, problem.Message))
                .Distinct()
                .OrderBy(problem => problem.Line)];
        }
        catch (JsonException malformed)
        {
            document.Found = [new((int)(malformed.LineNumber ?? 0) + 1, "", $"This is not JSON. {malformed.Message}")];
        }
        catch (ArgumentException)    // A member that is there twice.
        {
            document.Found = [new(1, "", "A member is given more than once.")];
        }

        return document;
    }

    private void Check(JsonNode? root, EcsQuotas quotas)
    {
        if (root is not JsonObject members)
        {
            problems.Add("", "A task definition is a JSON object.");
            return;
        }

        Prune(members, EcsJson.Shared.RegisterTaskDefinitionRequest, "");
        var request = members.Deserialize(EcsJson.Shared.RegisterTaskDefinitionRequest)!;    // An object, as looked at above.
        Family = request.Family;
        foreach (var problem in TaskDefinitionRules.Check(request, quotas).Found)
        {
            problems.Add(problem.Path, problem.Message);
        }

        try
        {
            Tags.Read(request.Tags);
        }
        catch (RefusedException refusal)
        {
            problems.Add("tags", refusal.Message);
        }

        if (problems.Found.Count == 0)
        {
            try
            {
                Compatibilities = TaskDefinitionDraft.Of(request, quotas).Compatibilities;
            }
            catch (AwsException refusal)
            {
                problems.Add("", refusal.Message);
            }
        }
    }

    /// <summary>Takes out what has no place or another type than the API's, telling each.</summary>
    private void Prune(JsonObject members, JsonTypeInfo type, string at)
    {
        foreach (var (name, value) in members.ToList())
        {
            var path = Problems.Join(at, name);
            if (type.Properties.FirstOrDefault(property => property.Name == name) is not { } property)
            {
                problems.Add(path, "There is no such member.");
                members.Remove(name);
            }
            else if (value is null || !Fits(value, property.PropertyType, path))
            {
                members.Remove(name);
            }
        }
    }

    private bool Fits(JsonNode value, Type type, string at)
    {
        var wanted = Nullable.GetUnderlyingType(type) ?? type;
        var kind = value.GetValueKind();
        if (wanted == typeof(string))
        {
            return Require(kind == JsonValueKind.String, at, "a string");
        }

        if (wanted == typeof(bool))
        {
            return Require(kind is JsonValueKind.True or JsonValueKind.False, at, "true or false");
        }

        if (wanted == typeof(int))
        {
            return Require(kind == JsonValueKind.Number && ((JsonValue)value).TryGetValue<int>(out _), at, "a whole number");
        }

        var shape = EcsJson.Shared.GetTypeInfo(wanted)!;    // Part of the request.
        switch (shape.Kind)
        {
            case JsonTypeInfoKind.Object when value is JsonObject members:
                Prune(members, shape, at);
                return true;
            case JsonTypeInfoKind.Enumerable when value is JsonArray items:
                Prune(items, shape.ElementType!, at);
                return true;
            case JsonTypeInfoKind.Dictionary when value is JsonObject map:
                foreach (var (name, item) in map.ToList())
                {
                    if (item is null || !Fits(item, shape.ElementType!, Problems.Join(at, name)))
                    {
                        map.Remove(name);
                    }
                }

                return true;
            default:
                return Require(false, at, shape.Kind == JsonTypeInfoKind.Enumerable ? "a list" : "an object");
        }
    }

    /// <summary>An item that does not fit is emptied rather than taken out, so that the paths of those behind it stay right.</summary>
    private void Prune(JsonArray items, Type type, string at)
    {
        for (var index = 0; index < items.Count; index++)
        {
            var path = $"{at}[{index}]";
            if (items[index] is null)
            {
                problems.Add(path, "A list must not hold null.");
            }
            else if (Fits(items[index]!, type, path))
            {
                continue;
            }

            items[index] = type == typeof(string) ? JsonValue.Create("") : type == typeof(int) ? JsonValue.Create(0) : new JsonObject();
        }
    }

    private bool Require(bool isRight, string at, string what)
    {
        problems.AddIf(!isRight, at, $"This must be {what}.");
        return isRight;
    }
}

using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Berth.Domain;
using Berth.Wire;

namespace Berth.LoadBalancer;

/// <summary>Reads actions and conditions from the wire, and refuses what no listener here carries out.</summary>
internal static class RoutingShapes
{
    /// <summary>The most target groups a forward action may name.</summary>
    public const int MostTargetGroups = 5;

    /// <summary>The most values all conditions of a rule may have together.</summary>
    public const int MostConditionValues = 5;

    private const int MostPatternCharacters = 128;

    public static RoutingAction ReadAction(IReadOnlyList<ActionShape>? actions, string member)
    {
        if (Invalid.Required(actions, member) is not [var action])
        {
            throw new AwsException("TooManyActions", 400, "Exactly one action is supported here; actions that authenticate are not");
        }

        if (action.Order is { } order)
        {
            Invalid.InRange(order, 1, 50000, $"{member}.order");
        }

        return Invalid.Required(action.Type, $"{member}.type") switch
        {
            "forward" => new() { Order = action.Order, Forward = ReadForward(action) },
            "fixed-response" => new() { Order = action.Order, FixedResponse = ReadFixedResponse(action.FixedResponseConfig) },
            "redirect" => new() { Order = action.Order, Redirect = ReadRedirect(action.RedirectConfig) },
            var other => throw Invalid.Action($"Action type '{other}' is not supported here; 'forward', 'fixed-response' and 'redirect' are"),
        };
    }

    public static ImmutableArray<RoutingCondition> ReadConditions(IReadOnlyList<ConditionShape>? conditions)
    {
        var result = Invalid.Required(conditions, "conditions").Select(ReadCondition).ToImmutableArray();
        if (result.Sum(condition => condition.Values.Length + condition.QueryStrings.Length) > MostConditionValues)
        {
            throw Invalid.Error($"A rule can only have '{MostConditionValues}' condition values");
        }

        foreach (var field in (string[])["path-pattern", "host-header", "http-request-method", "source-ip"])
        {
            if (result.Count(condition => condition.Field == field) > 1)
            {
                throw Invalid.Error($"A rule can only have one '{field}' condition");
            }
        }

        return result;
    }

    private static ForwardAction ReadForward(ActionShape action)
    {
        if (action.ForwardConfig?.TargetGroupStickinessConfig?.Enabled == true)
        {
            throw Invalid.Action("Target group stickiness is not supported here");
        }

        if (action.ForwardConfig?.TargetGroups is not { Count: > 0 } groups)
        {
            return new([new(Invalid.Required(action.TargetGroupArn, "actions.targetGroupArn"), 1)]);
        }

        if (groups.Count > MostTargetGroups)
        {
            throw new AwsException("TooManyUniqueTargetGroupsPerLoadBalancer", 400, $"A forward action can only have '{MostTargetGroups}' target groups");
        }

        if (action.TargetGroupArn is { } named && (groups.Count > 1 || groups[0].TargetGroupArn != named))
        {
            throw Invalid.Action("You must not specify different target groups in a forward action and its configuration");
        }

        return new(
        [
            .. groups.Select(group => new WeightedTargetGroup(
                Invalid.Required(group.TargetGroupArn, "actions.forwardConfig.targetGroups.targetGroupArn"),
                Invalid.InRange(group.Weight ?? 1, 0, 999, "actions.forwardConfig.targetGroups.weight"))),
        ]);
    }

    private static FixedResponseAction ReadFixedResponse(FixedResponseConfigShape? config)
    {
        var status = Invalid.Required(config?.StatusCode, "actions.fixedResponseConfig.statusCode");
        if (status.Length != 3 || status[0] is not ('2' or '4' or '5') || !int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            throw Invalid.Error($"Fixed response status code '{status}' must be 2XX, 4XX or 5XX");
        }

        if (config!.MessageBody?.Length > 1024)
        {
            throw Invalid.Error("A fixed response message body cannot be longer than 1024 characters");
        }

        if (!string.IsNullOrEmpty(config.ContentType))
        {
            Invalid.OneOf(config.ContentType, "actions.fixedResponseConfig.contentType", "text/plain", "text/css", "text/html", "application/javascript", "application/json");
        }

        return new(code, config.ContentType, config.MessageBody);
    }

    private static RedirectAction ReadRedirect(RedirectConfigShape? config)
    {
        var code = Invalid.OneOf(Invalid.Required(config?.StatusCode, "actions.redirectConfig.statusCode"), "actions.redirectConfig.statusCode", "HTTP_301", "HTTP_302");
        var redirect = new RedirectAction(
            config!.Protocol ?? "#{protocol}",
            config.Host ?? "#{host}",
            config.Port ?? "#{port}",
            config.Path ?? "/#{path}",
            config.Query ?? "#{query}",
            code == "HTTP_301" ? 301 : 302);
        Invalid.OneOf(redirect.Protocol, "actions.redirectConfig.protocol", "HTTP", "HTTPS", "#{protocol}");
        if (redirect.Port != "#{port}" && !(int.TryParse(redirect.Port, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535))
        {
            throw Invalid.Error($"Redirect port '{redirect.Port}' must be in the range 1-65535 or '#{{port}}'");
        }

        if (!redirect.Path.StartsWith('/') || redirect.Path.Length > 128 || redirect.Host.Length is 0 or > 128 || redirect.Query.Length > 128
            || (redirect.Path + redirect.Host + redirect.Query).AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw Invalid.Error("A redirect's path must start with '/', and path, host and query can have at most 128 printable characters each");
        }

        return redirect is { Protocol: "#{protocol}", Host: "#{host}", Port: "#{port}", Path: "/#{path}" }
            ? throw Invalid.Action("The redirect configuration is not valid because it creates a loop")
            : redirect;
    }

    private static RoutingCondition ReadCondition(ConditionShape shape)
    {
        if (shape is { RegexValues.Count: > 0 } or { HostHeaderConfig.RegexValues.Count: > 0 } or { PathPatternConfig.RegexValues.Count: > 0 } or { HttpHeaderConfig.RegexValues.Count: > 0 })
        {
            throw Invalid.Error("Regular expressions in conditions are not supported here");
        }

        var field = Invalid.Required(shape.Field, "conditions.field");
        return field switch
        {
            "path-pattern" => new() { Field = field, Values = Patterns(shape.PathPatternConfig?.Values ?? shape.Values, field) },
            "host-header" => new() { Field = field, Values = Patterns(shape.HostHeaderConfig?.Values ?? shape.Values, field) },
            "http-header" => new()
            {
                Field = field,
                HttpHeaderName = HeaderName(shape.HttpHeaderConfig?.HttpHeaderName),
                Values = Patterns(shape.HttpHeaderConfig?.Values, field),
            },
            "http-request-method" => new() { Field = field, Values = Patterns(shape.HttpRequestMethodConfig?.Values, field) },
            "query-string" => new() { Field = field, QueryStrings = QueryStrings(shape.QueryStringConfig?.Values) },
            "source-ip" => new() { Field = field, Values = [.. Patterns(shape.SourceIpConfig?.Values, field).Select(Cidr)] },
            _ => throw Invalid.Error($"Condition field '{field}' must be one of '[path-pattern, host-header, http-header, http-request-method, query-string, source-ip]'"),
        };
    }

    private static ImmutableArray<string> Patterns(IReadOnlyList<string>? values, string field) =>
        values is null or { Count: 0 } ? throw Invalid.Error($"A condition value must be specified for field '{field}'")
        : values.Any(value => value.Length is 0 or > MostPatternCharacters) ? throw Invalid.Error($"A condition value for field '{field}' must have 1 to {MostPatternCharacters} characters")
        : [.. values];

    private static string HeaderName(string? name) =>
        string.IsNullOrEmpty(name) || name.Length > 40 || name.Equals("host", StringComparison.OrdinalIgnoreCase)
            ? throw Invalid.Error($"HTTP header name '{name}' must have 1 to 40 characters and cannot be 'Host'")
            : name;

    private static ImmutableArray<QueryStringPattern> QueryStrings(IReadOnlyList<QueryStringPairShape>? pairs) =>
        pairs is null or { Count: 0 } ? throw Invalid.Error("A condition value must be specified for field 'query-string'")
        : pairs.Any(pair => string.IsNullOrEmpty(pair.Value) || pair.Value.Length > MostPatternCharacters || pair.Key?.Length > MostPatternCharacters)
            ? throw Invalid.Error($"A condition value for field 'query-string' must have 1 to {MostPatternCharacters} characters")
        : [.. pairs.Select(pair => new QueryStringPattern(string.IsNullOrEmpty(pair.Key) ? null : pair.Key, pair.Value!))];

    private static string Cidr(string text) =>
        IPNetwork.TryParse(text, out _) ? text : throw Invalid.Error($"The source IP condition value '{text}' must be a CIDR block");
}

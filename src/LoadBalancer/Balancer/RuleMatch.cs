using System.Net;
using Berth.Domain;
using Berth.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Berth.LoadBalancer;

/// <summary>A rule ready to be tried on requests.</summary>
internal sealed class RuleMatch
{
    private readonly (RoutingCondition Condition, IPNetwork[] Networks)[] conditions;

    public RuleMatch(RuleConfiguration rule, Func<string, TargetGroupRuntime> groupOf)
    {
        Action = rule.Action;
        Groups = rule.Action.Forward is { } forward ? new(forward, groupOf) : null;
        conditions = [.. rule.Conditions.Select(condition => (
            condition,
            condition.Field == "source-ip" ? condition.Values.Select(IPNetwork.Parse).ToArray() : []))];
    }

    public RoutingAction Action { get; }

    /// <summary>Where a forward action sends to; null for the other actions.</summary>
    public WeightedGroups? Groups { get; }

    public bool Matches(HttpContext context)
    {
        foreach (var (condition, networks) in conditions)
        {
            if (!Holds(condition, networks, context))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether text fits a pattern: <c>*</c> stands for any characters, <c>?</c> for one.</summary>
    internal static bool Fits(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern, bool ignoreCase)
    {
        // Steps back to the last star when the rest does not fit: time at most text times pattern, never exponential.
        var (at, in_, star, resume) = (0, 0, -1, 0);
        while (at < text.Length)
        {
            if (in_ < pattern.Length && pattern[in_] == '*')
            {
                (star, resume) = (in_++, at);
            }
            else if (in_ < pattern.Length && (pattern[in_] == '?' || Same(text[at], pattern[in_], ignoreCase)))
            {
                at++;
                in_++;
            }
            else if (star >= 0)
            {
                (in_, at) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }

        return pattern[in_..].TrimStart('*').IsEmpty;
    }

    private static bool Same(char one, char other, bool ignoreCase) =>
        one == other || (ignoreCase && char.ToLowerInvariant(one) == char.ToLowerInvariant(other));

    private static bool Holds(RoutingCondition condition, IPNetwork[] networks, HttpContext context) => condition.Field switch
    {
        "path-pattern" => Any(condition, PathOf(context), ignoreCase: false),
        "host-header" => Any(condition, context.Request.Host.Host, ignoreCase: true),
        "http-request-method" => condition.Values.Contains(context.Request.Method),
        "http-header" => HeaderHolds(condition, context),
        "query-string" => QueryHolds(condition, context),
        "source-ip" => context.Connection.RemoteIpAddress is { } address && Array.Exists(networks, network => network.Contains(address)),
        _ => false,
    };

    private static bool Any(RoutingCondition condition, ReadOnlySpan<char> text, bool ignoreCase)
    {
        foreach (var pattern in condition.Values)
        {
            if (Fits(text, pattern, ignoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HeaderHolds(RoutingCondition condition, HttpContext context)
    {
        foreach (var value in context.Request.Headers[condition.HttpHeaderName!])    // Every http-header condition names one.
        {
            if (Any(condition, value, ignoreCase: true))
            {
                return true;
            }
        }

        return false;
    }

    private static bool QueryHolds(RoutingCondition condition, HttpContext context)
    {
        foreach (var (key, value) in SigV4.ParseQuery(context.Request.QueryString.Value ?? ""))
        {
            foreach (var pattern in condition.QueryStrings)
            {
                if ((pattern.Key is null || Fits(key, pattern.Key, ignoreCase: true)) && Fits(value, pattern.Value, ignoreCase: true))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // The path as the client wrote it, not decoded.
    private static ReadOnlySpan<char> PathOf(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (target is null || !target.StartsWith('/'))
        {
            return context.Request.Path.Value;
        }

        var query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? target : target.AsSpan(0, query);
    }
}

/// <summary>The target groups of a forward action, taken by weight in turn.</summary>
internal sealed class WeightedGroups
{
    private readonly (TargetGroupRuntime Group, int UpTo)[] groups;
    private readonly int total;
    private uint turn;

    public WeightedGroups(ForwardAction forward, Func<string, TargetGroupRuntime> groupOf)
    {
        var upTo = 0;
        groups = [.. forward.TargetGroups.Where(group => group.Weight > 0).Select(group => (groupOf(group.TargetGroupArn), upTo += group.Weight))];
        total = upTo;
    }

    /// <summary>The group whose turn it is; null when no group has any weight.</summary>
    public TargetGroupRuntime? Next()
    {
        if (groups.Length <= 1)
        {
            return groups.Length == 0 ? null : groups[0].Group;
        }

        // Steps of the golden ratio through the weights: every stretch of turns is shared out nearly exactly.
        var place = (int)((ulong)(Interlocked.Increment(ref turn) * 2654435769u) * (ulong)total >> 32);
        return Array.Find(groups, group => place < group.UpTo).Group;
    }
}

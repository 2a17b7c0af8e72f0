using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Berth.LoadBalancer;

/// <summary>What is done with a listener's requests. Immutable; a new configuration brings a new one.</summary>
internal sealed class ListenerRoute
{
    public ListenerRoute(ListenerConfiguration configuration, Func<string, TargetGroupRuntime> groupOf)
    {
        Configuration = configuration;
        Rules = [.. configuration.Rules.Select(rule => new RuleMatch(rule, groupOf))];
        Request = new ForwarderRequestConfig
        {
            ActivityTimeout = TimeSpan.FromSeconds(configuration.Settings.IdleTimeoutSeconds),
            Version = System.Net.HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            AllowResponseBuffering = false,
        };
        Headers = new ForwardedHeaders(configuration);
    }

    public ListenerConfiguration Configuration { get; }

    public IReadOnlyList<RuleMatch> Rules { get; }

    public ForwarderRequestConfig Request { get; }

    public ForwardedHeaders Headers { get; }

    /// <summary>The first rule that matches; the last one always does.</summary>
    public RuleMatch RuleFor(HttpContext context)
    {
        var rules = Rules;
        for (var index = 0; index < rules.Count - 1; index++)
        {
            if (rules[index].Matches(context))
            {
                return rules[index];
            }
        }

        return rules[^1];
    }
}

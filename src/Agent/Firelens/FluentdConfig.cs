using System.Text;

namespace Berth.Agent;

/// <summary>A router's configuration as Fluentd reads it.</summary>
internal static class FluentdConfig
{
    public static string Of(FirelensRouter router, FirelensMetadata metadata)
    {
        var text = new StringBuilder();
        text.Append("<source>\n    @type unix\n    path ").Append(FirelensConfig.SocketPath).Append("\n</source>\n\n");
        if (FirelensConfig.ListenAddress(router) is { } address)
        {
            text.Append("<source>\n    @type forward\n    bind ").Append(address).Append("\n    port ").Append(FirelensConfig.Port).Append("\n</source>\n\n");
        }

        foreach (var container in router.Routed)
        {
            Grep(text, container, "regexp", container.IncludePattern);
            Grep(text, container, "exclude", container.ExcludePattern);
        }

        if (router.AddsMetadata)
        {
            text.Append("<filter **>\n    @type record_transformer\n    <record>\n");
            Entries(text, metadata.Fields, "        ");
            text.Append("    </record>\n</filter>\n\n");
        }

        if (FirelensConfig.Included(router) is { } included)
        {
            text.Append("@include ").Append(included).Append("\n\n");
        }

        foreach (var container in router.Routed.Where(container => container.Output is not null))
        {
            text.Append("<match ").Append(Match(container)).Append(">\n    @type ").Append(container.Output).Append('\n');
            Entries(text, container.Options, "    ");
            text.Append("</match>\n\n");
        }

        return text.ToString();
    }

    private static string Match(RoutedContainer container) => $"{container.Container}-firelens**";

    private static void Grep(StringBuilder text, RoutedContainer container, string verb, string? pattern)
    {
        if (pattern is not null)
        {
            text.Append("<filter ").Append(Match(container)).Append(">\n    @type grep\n    <").Append(verb)
                .Append(">\n        key ").Append(FirelensConfig.LineField).Append("\n        pattern /").Append(pattern)
                .Append("/\n    </").Append(verb).Append(">\n</filter>\n\n");
        }
    }

    private static void Entries(StringBuilder text, IEnumerable<KeyValuePair<string, string>> entries, string indent)
    {
        foreach (var (key, value) in entries)
        {
            text.Append(indent).Append(key).Append(' ').Append(value).Append('\n');
        }
    }
}

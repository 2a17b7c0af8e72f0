using System.Globalization;
using System.Text;

namespace Berth.Agent;

/// <summary>A router's configuration as Fluent Bit reads it, in its classic format.</summary>
internal static class FluentBitConfig
{
    private const string HealthTag = "firelens-healthcheck";
    private const string HealthPort = "8877";

    public static string Of(FirelensRouter router, FirelensMetadata metadata)
    {
        var text = new StringBuilder();
        var health = FirelensConfig.ListenAddress(router) is not null;
        Section(text, "INPUT", ("Name", "forward"), ("Mem_Buf_Limit", string.Create(CultureInfo.InvariantCulture, $"{router.BufferMB}MB")), ("unix_path", FirelensConfig.SocketPath));
        if (FirelensConfig.ListenAddress(router) is { } address)
        {
            Section(text, "INPUT", ("Name", "forward"), ("Listen", address), ("Port", FirelensConfig.Port));
            // For a health check of the user's that sends a line and sees that it is taken.
            Section(text, "INPUT", ("Name", "tcp"), ("Tag", HealthTag), ("Listen", "127.0.0.1"), ("Port", HealthPort));
        }

        foreach (var container in router.Routed)
        {
            if (container.IncludePattern is { } include)
            {
                Section(text, "FILTER", ("Name", "grep"), ("Match", Match(container)), ("Regex", $"{FirelensConfig.LineField} {include}"));
            }

            if (container.ExcludePattern is { } exclude)
            {
                Section(text, "FILTER", ("Name", "grep"), ("Match", Match(container)), ("Exclude", $"{FirelensConfig.LineField} {exclude}"));
            }
        }

        if (router.AddsMetadata)
        {
            Section(text, "FILTER", [("Name", "record_modifier"), ("Match", "*"), .. metadata.Fields.Select(field => ("Record", $"{field.Key} {field.Value}"))]);
        }

        if (FirelensConfig.Included(router) is { } included)
        {
            text.Append("@INCLUDE ").Append(included).Append("\n\n");
        }

        if (health)
        {
            Section(text, "OUTPUT", ("Name", "null"), ("Match", HealthTag));
        }

        foreach (var container in router.Routed.Where(container => container.Output is not null))
        {
            Section(text, "OUTPUT", [("Name", container.Output!), ("Match", Match(container)), .. container.Options.Select(option => (option.Key, option.Value))]);
        }

        return text.ToString();
    }

    private static string Match(RoutedContainer container) => $"{container.Container}-firelens*";

    private static void Section(StringBuilder text, string kind, params ReadOnlySpan<(string Key, string Value)> entries)
    {
        text.Append('[').Append(kind).Append("]\n");
        foreach (var (key, value) in entries)
        {
            text.Append("    ").Append(key).Append(' ').Append(value).Append('\n');
        }

        text.Append('\n');
    }
}

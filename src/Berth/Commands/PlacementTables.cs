using System.Text.Json;

namespace Berth.Host;

/// <summary>How answers about placement are printed.</summary>
internal static class PlacementTables
{
    internal static void PrintSubject(JsonElement subject, TextWriter output)
    {
        output.WriteLine(subject.TryGetProperty("service", out var service)
            ? $"service   {service.GetString()} in cluster {Text(subject, "cluster")}, {Text(subject, "taskDefinition")}"
            : $"task      {Text(subject, "taskDefinition")} in cluster {Text(subject, "cluster")}");
        var ports = Join(subject, "ports");
        output.WriteLine($"takes     {Text(subject, "cpu")} CPU units, {Text(subject, "memory")} MiB{(ports.Length > 0 ? $", ports {ports}" : "")}");
        output.WriteLine($"strategy  {(Join(subject, "strategies") is { Length: > 0 } strategies ? strategies : "by zone, then by instance")}");
        foreach (var constraint in subject.GetProperty("constraints").EnumerateArray())
        {
            output.WriteLine($"must      {constraint.GetString()}");
        }
    }

    internal static string Instance(JsonElement choice) =>
        Text(choice, "availabilityZone") is { Length: > 0 } zone ? $"{Text(choice, "containerInstance")} in {zone}" : Text(choice, "containerInstance");

    internal static string Obstacle(JsonElement obstacle) =>
        obstacle.TryGetProperty("needed", out var needed)
            ? $"{Text(obstacle, "reason")}, needs {needed.GetRawText()} and has {Text(obstacle, "left")} left"
            : Text(obstacle, "subject") is { Length: > 0 } subject ? $"{Text(obstacle, "reason").TrimEnd('.')}, {subject}" : Text(obstacle, "reason").TrimEnd('.');

    /// <summary>A member as text; empty where there is none.</summary>
    internal static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : "";

    /// <summary>Rows below their headings, each column as wide as its widest entry.</summary>
    internal static void Print(TextWriter output, string[] headings, IEnumerable<string[]> rows)
    {
        var all = rows.Prepend(headings).ToList();
        var widths = headings.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    private static string Join(JsonElement subject, string name) => string.Join(", ", subject.GetProperty(name).EnumerateArray().Select(item => item.GetString()));
}

using System.CommandLine;
using System.CommandLine.Parsing;

namespace Berth.Host;

/// <summary>A container instance's process.</summary>
internal static class AgentCommand
{
    internal static Command Create(Option<string?> data)
    {
        var name = new Option<string>("--name") { Description = "Tells this machine's agents apart; each has a directory of its own", HelpName = "NAME", DefaultValueFactory = _ => "extra" };
        var cluster = new Option<string?>("--cluster") { Description = "The cluster to join, name or ARN (default)", HelpName = "CLUSTER" };
        var cpu = new Option<int?>("--cpu") { Description = "The CPU units to offer, 1024 a core (all)", HelpName = "UNITS" };
        var memory = new Option<int?>("--memory") { Description = "The memory to offer (all)", HelpName = "MIB" };
        var zone = new Option<string?>("--availability-zone") { Description = "The attribute ecs.availability-zone (us-east-1a)", HelpName = "ZONE" };
        var attributes = new Option<Dictionary<string, string>>("--attribute")
        {
            Description = "A custom attribute, NAME=VALUE or NAME; may be repeated",
            HelpName = "NAME=VALUE",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
            CustomParser = ParseAttributes,
            DefaultValueFactory = _ => [],
        };
        foreach (var size in new[] { cpu, memory })
        {
            size.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int?>() <= 0)
                {
                    result.AddError($"{result.IdentifierToken?.Value} must be positive.");
                }
            });
        }

        var command = new Command("agent", "Run a container instance's agent alone, in this process") { name, cluster, cpu, memory, zone, attributes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var installation = Installation.At(parsed.GetValue(data));
            using var signals = new StopSignals(onSecond: null);
            await AgentRole.RunAsync(
                installation,
                new(parsed.GetRequiredValue(name))
                {
                    Cluster = parsed.GetValue(cluster),
                    CpuUnits = parsed.GetValue(cpu),
                    MemoryMiB = parsed.GetValue(memory),
                    AvailabilityZone = parsed.GetValue(zone),
                    Attributes = parsed.GetRequiredValue(attributes),
                },
                TimeProvider.System,
                signals.Token).ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    private static Dictionary<string, string> ParseAttributes(ArgumentResult result)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var token in result.Tokens)
        {
            var parts = token.Value.Split('=', 2);
            if (parts[0].Length == 0)
            {
                result.AddError($"'{token.Value}' is not an attribute: NAME=VALUE or NAME is.");
            }
            else if (!attributes.TryAdd(parts[0], parts.ElementAtOrDefault(1) ?? ""))
            {
                result.AddError($"The attribute '{parts[0]}' is given twice.");
            }
        }

        return attributes;
    }
}

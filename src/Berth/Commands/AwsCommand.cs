using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;

namespace Berth.Host;

/// <summary>Runs the AWS CLI against this installation, whatever its version: one too old for <c>AWS_ENDPOINT_URL</c> knows <c>--endpoint-url</c>.</summary>
internal static class AwsCommand
{
    private const string EndpointOption = "--endpoint-url";

    /// <summary>For the help alone: <see cref="CommandLine"/> hands what follows <c>aws</c> over unparsed.</summary>
    internal static Command Create() => new("aws", "Run the AWS CLI against Berth: berth aws ecs list-clusters") { new Argument<string[]>("ARGUMENTS") };

    internal static async Task<int> RunAsync(Installation installation, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("aws", Complete(installation, arguments));
        foreach (var name in EnvCommand.Foreign)
        {
            start.Environment.Remove(name);
        }

        var region = start.Environment.TryGetValue("AWS_DEFAULT_REGION", out var chosen) ? chosen : null;
        foreach (var (name, value) in EnvCommand.Variables(installation))
        {
            start.Environment[name] = value;
        }

        start.Environment["AWS_DEFAULT_REGION"] = region ?? Installation.DefaultRegion;     // A region is a namespace: the caller's choice stands.
        start.Environment.TryAdd("AWS_PAGER", "");     // A pager that is not installed makes the CLI fail.
        using var signals = new StopSignals(onSecond: null);     // Ctrl-C is the CLI's to answer; this process waits for it.
        try
        {
            using var aws = Process.Start(start)!;     // Only a shell-executed document gives none.
            await aws.WaitForExitAsync().ConfigureAwait(false);
            return aws.ExitCode;
        }
        catch (Win32Exception)
        {
            throw new CommandException("The AWS CLI is not installed. On Debian: apt-get install awscli");
        }
    }

    /// <summary>The arguments with the endpoint, unless the caller names one.</summary>
    internal static IEnumerable<string> Complete(Installation installation, IReadOnlyList<string> arguments) =>
        arguments.Any(argument => argument == EndpointOption || argument.StartsWith(EndpointOption + "=", StringComparison.Ordinal))
            ? arguments
            : [EndpointOption, installation.Endpoint.OriginalString, .. arguments];
}

using System.CommandLine;
using Berth.Wire;

namespace Berth.Host;

/// <summary>Prints what points a shell's AWS clients at this installation: <c>eval "$(berth env)"</c>.</summary>
internal static class EnvCommand
{
    /// <summary>What a caller may have set for AWS itself and that would win over ours, or spoil it.</summary>
    internal static readonly string[] Foreign = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"];

    internal static Command Create(Option<string?> data)
    {
        var command = new Command("env", "Print exports for a shell: eval \"$(berth env)\"");
        command.SetAction(parsed =>
        {
            Print(Installation.At(parsed.GetValue(data)), Console.Out);
            return 0;
        });
        return command;
    }

    internal static void Print(Installation installation, TextWriter output)
    {
        output.Write($"unset {string.Join(' ', Foreign)}\n");
        foreach (var (name, value) in Variables(installation))
        {
            output.Write($"export {name}='{value.Replace("'", @"'\''", StringComparison.Ordinal)}'\n");
        }
    }

    /// <summary>The variables by name.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> Variables(Installation installation)
    {
        var root = installation.OpenCredentials().Credentials(CredentialsFile.RootProfile);
        return
        [
            new("AWS_ENDPOINT_URL", installation.Endpoint.OriginalString),
            new("AWS_ACCESS_KEY_ID", root.AccessKeyId),
            new("AWS_SECRET_ACCESS_KEY", root.SecretAccessKey),
            new("AWS_DEFAULT_REGION", Installation.DefaultRegion),
            new("BERTH_REGISTRY", installation.Endpoint.Authority),
        ];
    }
}

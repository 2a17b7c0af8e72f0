namespace Berth.Clients;

/// <summary>The unmodified aws command line, of whichever version this machine has.</summary>
internal static class AwsCommandLine
{
    /// <summary>Why a test that needs it is not run here.</summary>
    public const string Missing = "The aws command line is not installed.";

    /// <summary>The program that a shell would run; null where there is none.</summary>
    public static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => System.IO.Path.Combine(directory, "aws"))
        .FirstOrDefault(File.Exists);
}

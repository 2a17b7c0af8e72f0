using System.Diagnostics;

namespace Berth.Clients;

/// <summary>
/// An <c>aws</c> that answers in a fraction of the time: the machine's own aws command line, loaded once for all tests of a
/// project. Where Python cannot load it, the tests run it as it is.
/// </summary>
internal static class LoadedAwsCli
{
    private static readonly Lazy<string?> Made = new(Make);

    /// <summary>The program; null where this machine has no aws command line.</summary>
    public static string? Program => Made.Value is { } directory ? System.IO.Path.Combine(directory, "aws") : AwsCommandLine.Path;

    /// <summary>The <c>PATH</c> to run scripts with.</summary>
    public static string Path => string.Join(':', new[] { Made.Value, Environment.GetEnvironmentVariable("PATH") }.OfType<string>());

    private static string? Make()
    {
        if (AwsCommandLine.Path is not { } aws || Python.With("awscli.clidriver") is not { } python)
        {
            return null;
        }

        var directory = Directory.CreateTempSubdirectory("berth-loaded-aws-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        var (sources, socket, client) = (System.IO.Path.Combine(AppContext.BaseDirectory, "Clients", "AwsCli"), System.IO.Path.Combine(directory, "socket"), System.IO.Path.Combine(directory, "aws"));
        var interpreter = Interpreter(python);
        var server = Process.Start(new ProcessStartInfo(interpreter, [System.IO.Path.Combine(sources, "server.py"), socket]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;    // Only a shell-executed document gives none.
        if (server.StandardOutput.ReadLine() != "ready")
        {
            return null;
        }

        File.WriteAllText(client, $"#!{interpreter} -SE\n" + File.ReadAllText(System.IO.Path.Combine(sources, "client.py"))
            .Replace("@REAL@", aws, StringComparison.Ordinal).Replace("@SERVER@", socket, StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(client, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return directory;
    }

    /// <summary>The program itself, which may be behind one that picks a version.</summary>
    private static string Interpreter(string python)
    {
        using var asked = Process.Start(new ProcessStartInfo(python, ["-c", "import sys; print(sys.executable)"]) { RedirectStandardOutput = true })!;    // As above.
        return asked.StandardOutput.ReadLine()!.Trim();    // It has one.
    }
}

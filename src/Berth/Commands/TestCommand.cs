using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;

namespace Berth.Host;

/// <summary>Builds the solution and runs every test in it, real Docker included: what CI runs.</summary>
internal static class TestCommand
{
    private const string Solution = "Berth.slnx";

    // The official service models are not part of the sources; where they lie beside them, the wire types are held against them.
    private const string ApiModels = "BERTH_API_MODELS";

    // Tests of the whole product run this very one, as users do, not the one that their build brings along.
    private const string Program = "BERTH_TEST_PROGRAM";
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(25);

    internal static Command Create()
    {
        var only = new Argument<string[]>("PROJECT") { Description = "Test projects, such as Berth.Journal.Tests; all when left out", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("test", "Run the tests as CI does") { only };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var signals = new StopSignals(onSecond: null);
            return await RunAsync(Installation.Home, parsed.GetValue(only) ?? [], Console.Out, TimeProvider.System, signals.Token).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> RunAsync(string home, string[] only, TextWriter output, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(home, Solution)))
        {
            throw new CommandException($"The tests are run from the sources, and {home} has no {Solution}.");
        }

        List<string> projects = [.. XElement.Load(Path.Combine(home, Solution)).Descendants("Project")
            .Select(project => Path.GetFileNameWithoutExtension((string?)project.Attribute("Path") ?? ""))
            .Where(project => project.EndsWith(".Tests", StringComparison.Ordinal) && (only.Length == 0 || only.Contains(project)))];
        if (await BuildAsync(home, clock, cancellationToken).ConfigureAwait(false) != 0)
        {
            await output.WriteLineAsync("The build failed.").ConfigureAwait(false);
            return Conclude(new(0, [(Solution, "it does not build")], []), output);
        }

        var results = Directory.CreateDirectory(Path.Combine(home, "artifacts", "test-results")).FullName;
        var sum = new TestReport(0, [], []);
        foreach (var project in projects)
        {
            sum = sum.With(await RunProjectAsync(home, project, results, output, clock, cancellationToken).ConfigureAwait(false));
        }

        return Conclude(sum, output);
    }

    /// <summary>Builds with one compiler for all projects, which would take as much memory as all tests if it stayed.</summary>
    private static async Task<int> BuildAsync(string home, TimeProvider clock, CancellationToken cancellationToken)
    {
        var dotnet = Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        var exitCode = await StartAsync(
            home, dotnet, ["build", Solution, "-c", "Release", "-p:UseSharedCompilation=true", "--nologo", "-v", "quiet", "-clp:ErrorsOnly;NoSummary"], clock, cancellationToken).ConfigureAwait(false);
        await StartAsync(home, "/bin/sh", ["-c", """exec "$0" build-server shutdown --vbcscompiler >/dev/null""", dotnet], clock, cancellationToken).ConfigureAwait(false);
        return exitCode;
    }

    /// <summary>Says what was not run, then the counts on the last line; the exit code. A run without tests is no success.</summary>
    internal static int Conclude(TestReport report, TextWriter output)
    {
        foreach (var (name, why) in report.NotRun)
        {
            output.WriteLine($"not run: {name}: {why.ReplaceLineEndings(" ")}");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Passed} passed, {report.Failures.Count} failed"));
        return report.Failures.Count == 0 && report.Passed > 0 ? 0 : 1;
    }

    /// <summary>Runs a project's tests. What they print goes to a file, and from there to the output where something failed.</summary>
    private static async Task<TestReport> RunProjectAsync(
        string home, string project, string results, TextWriter output, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (result, log) = (Path.Combine(results, $"{project}.xml"), Path.Combine(results, $"{project}.log"));
        File.Delete(result);
        await output.WriteLineAsync($"-- {project}").ConfigureAwait(false);
        var begun = clock.GetTimestamp();
        var program = Path.Combine(home, "artifacts", "bin", project, "release", project);
        var exitCode = await StartAsync(
            home, "/bin/sh", ["-c", """exec "$0" -noLogo -noColor -result-xml "$1" >"$2" 2>&1""", program, result, log], clock, cancellationToken).ConfigureAwait(false);
        var report = TestReport.Read(project, result, exitCode);
        if (report.Failures.Count > 0 && File.Exists(log))
        {
            await output.WriteLineAsync(await File.ReadAllTextAsync(log, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"== {project}: {report.Passed} passed, {report.Failures.Count} failed, {report.NotRun.Count} not run, {clock.GetElapsedTime(begun).TotalSeconds:F1} s")).ConfigureAwait(false);
        foreach (var (name, why) in report.Failures)
        {
            await output.WriteLineAsync($"FAILED {name}: {why}").ConfigureAwait(false);
        }

        return report;
    }

    private static async Task<int> StartAsync(string home, string program, IEnumerable<string> arguments, TimeProvider clock, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = home };
        var models = Path.GetFullPath(Path.Combine(home, "..", "shared", "api-models"));
        if (!start.Environment.ContainsKey(ApiModels) && Directory.Exists(models))
        {
            start.Environment[ApiModels] = models;
        }

        start.Environment[Program] = Path.Combine(AppContext.BaseDirectory, "berth.dll");
        using var process = Process.Start(start)!;     // Only a shell-executed document gives none.
        using var patience = new CancellationTokenSource(LongestRun, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
        }

        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return process.ExitCode;
    }
}

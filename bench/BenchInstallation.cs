using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Berth.Wire;

namespace Berth.Bench;

/// <summary>An installation for one bench: in a directory, on a port and for an account of its own; nothing of it is left afterwards.</summary>
internal sealed class BenchInstallation : IAsyncDisposable
{
    private readonly string directory;
    private readonly string data;
    private readonly CredentialsFile credentials;

    private BenchInstallation(string directory, string data, Uri endpoint, string account, TimeSpan readyAfter)
    {
        (this.directory, this.data, Endpoint, AccountId, ReadyAfter) = (directory, data, endpoint, account, readyAfter);
        credentials = CredentialsFile.OpenOrCreate(Path.Combine(data, "credentials"), account);
    }

    internal Uri Endpoint { get; }

    internal string AccountId { get; }

    /// <summary>How long <c>berth up --detach --no-sample</c> took.</summary>
    internal TimeSpan ReadyAfter { get; private set; }

    internal static async Task<BenchInstallation> StartAsync(CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("berth-bench-").FullName;
        var data = Path.Combine(directory, "data");
        var port = FreePort();
        var account = RandomNumberGenerator.GetString("0123456789", 12);
        try
        {
            var readyAfter = await BerthAsync(
                ["up", "--detach", "--no-sample", "--data", data, "--port", port.ToString(CultureInfo.InvariantCulture), "--account", account], cancellationToken).ConfigureAwait(false);
            return new(directory, data, new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")), account, readyAfter);
        }
        catch
        {
            await EraseAsync(directory, data).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops it and starts it again over its data.</summary>
    internal async Task RestartAsync(CancellationToken cancellationToken)
    {
        await BerthAsync(["down", "--data", data], cancellationToken).ConfigureAwait(false);
        ReadyAfter = await BerthAsync(["up", "--detach", "--no-sample", "--data", data], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The name of the image that <see cref="PutSampleImageAsync"/> makes.</summary>
    internal string SampleImage => $"{Endpoint.Authority}/berth-sample:latest";

    /// <summary>Has the sample's image made and put into the installation's registry: busybox and nothing else.</summary>
    internal async Task PutSampleImageAsync(CancellationToken cancellationToken)
    {
        var address = new Uri(Endpoint, "/_berth/sample-image");
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent([]) };
        foreach (var (name, value) in SigV4.SignHeaders(
            Credentials(CredentialsFile.RootProfile), EcsClient.Region, "berth", "POST", address, [], [], TimeProvider.System.GetUtcNow()))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            throw new IOException($"The image cannot be made: {await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)}");
        }
    }

    internal AwsCredentials Credentials(string profile) => credentials.Credentials(profile);

    /// <summary>The process of a role: <c>server</c>, <c>balancer</c>, <c>agent-1</c>; <c>supervisor</c> is their parent.</summary>
    internal int ProcessOf(string role)
    {
        var run = Path.Combine(data, "run");
        var file = role == "supervisor" ? Path.Combine(run, role) : Directory.GetFiles(run, $"*-{role}.pid").Single();
        return int.Parse(File.ReadAllText(file).Split(' ', '\n')[0], CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync() => await EraseAsync(directory, data).ConfigureAwait(false);

    private static async Task EraseAsync(string directory, string data)
    {
        try
        {
            await BerthAsync(["down", "--erase", "--data", data], CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    /// <summary>Runs this very program with other arguments; how long that took.</summary>
    private static async Task<TimeSpan> BerthAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(SelfStart(arguments, redirect: true))!;     // Only a shell-executed document gives none.
        var said = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var complained = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        var elapsed = Stopwatch.GetElapsedTime(started);
        return process.ExitCode == 0
            ? elapsed
            : throw new IOException($"berth {arguments[0]} failed: {await complained.ConfigureAwait(false)}{await said.ConfigureAwait(false)}");
    }

    /// <summary>How to start this very program with other arguments.</summary>
    internal static ProcessStartInfo SelfStart(IEnumerable<string> arguments, bool redirect)
    {
        var program = Environment.ProcessPath ?? "dotnet";
        return new(program, Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Path.Combine(AppContext.BaseDirectory, "berth.dll"), .. arguments] : arguments)
        {
            RedirectStandardOutput = redirect,
            RedirectStandardError = redirect,
            Environment = { ["BERTH_API_RATE_FACTOR"] = "0" },     // A bench asks how fast it can be.
        };
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

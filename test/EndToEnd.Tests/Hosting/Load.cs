using System.Collections.Concurrent;
using System.Globalization;

namespace Berth.EndToEnd.Tests;

/// <summary>
/// Clients that ask a website without pause for as long as the test goes on, over connections they keep and over fresh ones.
/// None asks twice: one failed request is one user who saw an error.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    private const int Clients = 4, RequestsAConnection = 8;
    private static readonly TimeSpan Thinking = TimeSpan.FromMilliseconds(15);

    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<string> failures = [];
    private readonly Task[] clients;
    private int answered;

    private Load(Uri address) => clients = [.. Enumerable.Range(0, Clients).Select(_ => AskAsync(address))];

    public int Answered => answered;

    public static Load On(Website site) => new(site.Address);

    /// <summary>Goes on until so many more have been answered.</summary>
    public Task GoOnAsync(int requests)
    {
        var goal = answered + requests;
        return Eventually.IsAsync($"{requests} more requests are answered", () => Task.FromResult(answered + failures.Count), count => count >= goal);
    }

    /// <summary>Stops and says what failed.</summary>
    public async Task<IReadOnlyCollection<string>> StopAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        return failures;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
    }

    private async Task AskAsync(Uri address)
    {
        while (!stop.IsCancellationRequested)
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
            for (var i = 0; i < RequestsAConnection && !stop.IsCancellationRequested; i++)
            {
                var asked = DateTime.UtcNow;
                try
                {
                    using var answer = await client.GetAsync(address);     // Not cancelled by the stop: what was asked must be answered.
                    if (answer.IsSuccessStatusCode)
                    {
                        Interlocked.Increment(ref answered);
                    }
                    else
                    {
                        Fail(asked, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
                    }
                }
                catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
                {
                    Fail(asked, $"{exception.Message} {exception.InnerException?.Message}");
                }

                await Task.Delay(Thinking);
            }
        }
    }

    private void Fail(DateTime asked, string what) =>
        failures.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{asked:HH:mm:ss.fff}-{DateTime.UtcNow:HH:mm:ss.fff} {what}"));
}

namespace Berth.EndToEnd.Tests;

/// <summary>What a client sees of tasks that run the web image: on a port of their own, or behind a listener.</summary>
internal sealed class Website(string address) : IDisposable
{
    private const int AskedEach = 4;
    private readonly HttpClient client = new() { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(10) };

    public Uri Address => client.BaseAddress!;     // It is set above.

    public void Dispose() => client.Dispose();

    /// <summary>A page, as soon as there is one.</summary>
    public Task<string> GetAsync(string path = "") => Eventually.IsAsync($"{Address}{path} answers", async () =>
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken) : $"! {(int)answer.StatusCode}";
        }
        catch (HttpRequestException exception)
        {
            return $"! {exception.Message}";
        }
    }, page => !page.StartsWith('!'));

    /// <summary>The containers that answer (their id's first 12 digits), once they are so many in a row of requests.</summary>
    public async Task<HashSet<string>> AnsweredByAsync(int containers, string? release = null) => (await Eventually.IsAsync(
        $"{containers} containers answer at {Address}, of release '{release}'",
        async () =>
        {
            List<string> pages = [];
            for (var i = 0; i < containers * AskedEach; i++)
            {
                pages.Add((await GetAsync()).Trim());
            }

            return new Pages(pages);
        },
        pages => pages.Containers.Count == containers && (release is null || pages.All.All(page => page.EndsWith($" {release}", StringComparison.Ordinal))))).Containers;

    private sealed record Pages(List<string> All)
    {
        public HashSet<string> Containers { get; } = [.. All.Select(page => page.Split(' ')[0])];

        public override string ToString() => string.Join(", ", All.Distinct());
    }
}

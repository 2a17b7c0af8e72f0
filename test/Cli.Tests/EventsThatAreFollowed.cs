using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Berth.Host.Tests;

/// <summary>A server that ends its streams of events, over a real socket.</summary>
public sealed class EventsThatAreFollowed : IAsyncLifetime
{
    private readonly TestDirectory directory = new();
    private readonly List<JsonElement> asked = [];
    private readonly List<string> signatures = [];
    private WebApplication server = null!;    // Made before each test.
    private Func<int, HttpContext, Task> answer = (_, _) => Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        server = builder.Build();
        server.Run(async http =>
        {
            asked.Add((await JsonDocument.ParseAsync(http.Request.Body)).RootElement);
            signatures.Add(http.Request.Headers.Authorization.ToString());
            await answer(asked.Count, http);
        });
        await server.StartAsync();
        (directory.Installation with { Settings = new(Port: new Uri(server.Urls.Single()).Port) }).Save();
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        directory.Dispose();
    }

    [Fact]
    public async Task Go_on_where_they_were_each_of_them_once()
    {
        var now = DateTimeOffset.UnixEpoch.AddYears(70);
        answer = async (call, http) =>
        {
            string[] lines = call switch
            {
                1 => [Line("a", now), Line("b", now.AddSeconds(1))],
                2 => [],
                3 => [Line("b", now.AddSeconds(1)), Line("c", now.AddSeconds(1)), Line("d", now.AddSeconds(2))],
                _ => [Line("c", now.AddSeconds(1)), Line("d", now.AddSeconds(2)), Line("e", now.AddSeconds(3))],    // The third may not have arrived.
            };
            foreach (var line in lines)
            {
                await http.Response.WriteAsync(line + "\n");
            }

            if (call == 3)
            {
                http.Abort();    // As a server that dies does.
            }
        };

        (await FollowAsync(until: "e")).ShouldBe(["a", "b", "c", "d", "e"]);
        asked[1].GetProperty("sinceSeconds").GetInt64().ShouldBeGreaterThanOrEqualTo(0);
        asked.ShouldAllBe(query => query.GetProperty("cluster").GetString() == "web");
        signatures.ShouldAllBe(signature => signature.Contains("/eu-west-1/berth/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task End_with_a_refusal()
    {
        answer = (_, http) =>
        {
            http.Response.StatusCode = 403;
            return http.Response.WriteAsync("no");
        };

        (await Should.ThrowAsync<CommandException>(FollowAsync(until: "e"))).Message.ShouldContain("403");
    }

    [Fact]
    public async Task End_where_there_is_no_server_from_the_start()
    {
        await server.StopAsync(TestContext.Current.CancellationToken);

        await Should.ThrowAsync<CommandException>(FollowAsync(until: "e"));
    }

    [Theory]
    [InlineData("eu-west-1", "us-west-2", "eu-west-1")]
    [InlineData(null, "us-west-2", "us-west-2")]
    [InlineData("", null, "us-east-1")]
    public void Are_of_the_region_of_the_environment(string? region, string? usual, string expected) =>
        Installation.RegionOf(name => name switch { "AWS_REGION" => region, "AWS_DEFAULT_REGION" => usual, _ => null }).ShouldBe(expected);

    private static string Line(string id, DateTimeOffset time) => $$"""{"id":"{{id}}","time":"{{time:yyyy-MM-ddTHH:mm:ssZ}}"}""";

    private async Task<List<string>> FollowAsync(string until)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var output = new Lines(line =>
        {
            if (line.Contains($"\"{until}\"", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        });
        using var api = new ApiClient(directory.Installation, TimeProvider.System, "eu-west-1");
        try
        {
            await new FollowedEvents(api, new() { ["cluster"] = "web", ["follow"] = true, ["sinceSeconds"] = 0L }, output, TextWriter.Null, TimeProvider.System).RunAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
        }

        return output.All.ConvertAll(line => JsonElement.Parse(line).GetProperty("id").GetString()!);
    }

    private sealed class Lines(Action<string> taken) : StringWriter
    {
        public List<string> All { get; } = [];

        public override Task WriteLineAsync(string? value)
        {
            All.Add(value!);
            taken(value!);
            return Task.CompletedTask;
        }
    }
}

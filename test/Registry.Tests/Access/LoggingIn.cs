using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Time.Testing;

namespace Berth.Registry.Tests;

public sealed class LoggingIn : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private RegistryServer server = null!; // Set before each test.

    public async ValueTask InitializeAsync() => server = await RegistryServer.StartAsync(clock);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Is_asked_for_with_a_basic_challenge()
    {
        using var response = await SendAsync(null);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.Single().ToString().ShouldBe($"Basic realm=\"http://{server.Authority}/\",service=\"ecr.amazonaws.com\"");
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("""{"errors":[{"code":"UNAUTHORIZED","message":"Not Authorized"}]}""");
    }

    [Fact]
    public async Task Works_with_a_token_and_with_an_access_key()
    {
        (await StatusAsync("AWS", server.Token())).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(RegistryServer.KeyId, RegistryServer.Secret)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Fails_with_anything_else()
    {
        var token = server.Token();
        var flipped = (token[10] == 'A' ? 'B' : 'A');

        (await StatusAsync("AWS", $"{token[..10]}{flipped}{token[11..]}")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync("AWS", token[..^4])).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync("AWS", "")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync("AWS", "not base64 !")).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync("someone", token)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(RegistryServer.KeyId, "wrong")).ShouldBe(HttpStatusCode.Unauthorized);
        (await SendAsync(new("Basic", "%%%"))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await SendAsync(new("Basic", Convert.ToBase64String("nocolon"u8)))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await SendAsync(new("Bearer", token))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Lasts_twelve_hours()
    {
        var token = server.Token();
        clock.Advance(TimeSpan.FromHours(12) - TimeSpan.FromSeconds(1));
        (await StatusAsync("AWS", token)).ShouldBe(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromSeconds(1));
        (await StatusAsync("AWS", token)).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Ends_when_the_key_is_taken_away_or_changed()
    {
        var token = server.Token();
        (await StatusAsync("AWS", token)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(RegistryServer.KeyId, RegistryServer.Secret)).ShouldBe(HttpStatusCode.OK);

        server.Keys.All[RegistryServer.KeyId] = server.Keys.All[RegistryServer.KeyId] with { SecretAccessKey = "another" };
        (await StatusAsync(RegistryServer.KeyId, RegistryServer.Secret)).ShouldBe(HttpStatusCode.Unauthorized);
        server.Keys.All.Clear();
        (await StatusAsync("AWS", token)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Outlives_a_restart_with_a_secret_only_its_owner_can_read()
    {
        var token = server.Token();
        await using var restarted = await RegistryServer.StartAsync(clock, before: server);
        restarted.Client.DefaultRequestHeaders.Authorization = RegistryServer.Basic("AWS", token);

        (await restarted.Client.GetAsync("/v2/", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Path.Combine(server.Directory, "registry", "token.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task Means_the_repositories_of_the_tokens_region()
    {
        await server.CreateRepositoryAsync("web", region: "eu-west-1");

        using var here = await SendAsync(RegistryServer.Basic("AWS", server.Token()), "/v2/_catalog");
        using var there = await SendAsync(RegistryServer.Basic("AWS", server.Token(region: "eu-west-1")), "/v2/_catalog");

        (await here.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("""{"repositories":[]}""");
        (await there.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("""{"repositories":["web"]}""");
    }

    [Fact]
    public async Task Cannot_name_a_region_that_leads_out_of_its_place()
    {
        using var response = await SendAsync(RegistryServer.Basic("AWS", server.Token(region: "..")), "/v2/_catalog");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private async Task<HttpStatusCode> StatusAsync(string user, string password)
    {
        using var response = await SendAsync(RegistryServer.Basic(user, password));
        return response.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(AuthenticationHeaderValue? authorization, string path = "/v2/")
    {
        using var client = new HttpClient { BaseAddress = server.Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = authorization;
        return await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
    }
}

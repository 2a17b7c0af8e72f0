using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Berth.Domain;
using Berth.Engine;
using Berth.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Api.Tests;

public sealed class TheFrontDoor : IAsyncLifetime
{
    private static readonly FrontDoorOptions Limits = new() { MostBodyBytes = 100_000, MostHeaderBytes = 8 << 10 };

    private readonly Resets resets = new();
    private RunningServer server = null!;    // Made before each test.

    public async ValueTask InitializeAsync() => server = await RunningServer.StartAsync(
        services => services
            .AddSingleton(EchoService.Json(Handle))
            .AddSingleton(EchoService.Query(Handle))
            .AddSingleton<IAccountReset>(resets),
        Limits);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Answers_a_json_call()
    {
        var answer = await server.JsonAsync("EchoV1.Say", """{"text":"hello","count":2,"unknown":[]}""");

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Body.ShouldBe("""{"text":"hello","count":2,"who":"arn:aws:iam::000000000000:root@us-east-1"}""");
        Guid.TryParse(answer.RequestId, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Answers_a_query_call()
    {
        var answer = await server.QueryAsync("Action=Say&Version=2026-01-01&Text=a+b%26c&Count=7");

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Body.ShouldBe(
            "<SayResponse xmlns=\"http://echo/\"><SayResult><Text>a b&amp;c</Text><Count>7</Count><Who>arn:aws:iam::000000000000:root@us-east-1</Who></SayResult>"
            + $"<ResponseMetadata><RequestId>{answer.RequestId}</RequestId></ResponseMetadata></SayResponse>");
    }

    [Fact]
    public async Task Takes_an_empty_body_as_an_empty_request() =>
        (await server.JsonAsync("EchoV1.Say", "")).Status.ShouldBe(HttpStatusCode.OK);

    [Fact]
    public async Task Takes_a_body_of_many_segments()
    {
        var text = new string('x', 90_000);

        (await server.JsonAsync("EchoV1.Say", $$"""{"text":"{{text}}"}""")).Json.GetProperty("text").GetString().ShouldBe(text);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"count\":\"many\"}")]
    [InlineData("{\"text\":1}")]
    [InlineData("{\"unknown\":{\"a\":[{},null]}}")]
    [InlineData("\u0000")]
    public async Task Refuses_what_it_cannot_read(string body)
    {
        var answer = await server.JsonAsync("EchoV1.Say", body);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Error.Type.ShouldBe("SerializationException");
        answer.Body.ShouldNotContain("Berth");
        answer.RequestId.ShouldNotBeNull();
    }

    [Fact]
    public async Task Refuses_a_body_beyond_its_limit_and_lives_on()
    {
        var answer = await server.JsonAsync("EchoV1.Say", new string(' ', 100_001));

        answer.Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await server.JsonAsync("EchoV1.Say", "{}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Refuses_a_body_of_unknown_length_beyond_its_limit()
    {
        using var request = server.Request("/", "echo", "default", "us-east-1", new string(' ', 400_000), "application/x-amz-json-1.1", ("X-Amz-Target", "EchoV1.Say"));
        request.Headers.TransferEncodingChunked = true;

        (await server.SendAsync(request)).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Refuses_headers_beyond_their_limit()
    {
        using var request = server.Request("/", "echo", "default", "us-east-1", "{}", "application/x-amz-json-1.1", ("X-Amz-Target", "EchoV1.Say"));
        request.Headers.TryAddWithoutValidation("X-Large", new string('x', 9000));

        (await server.SendAsync(request)).Status.ShouldBe(HttpStatusCode.RequestHeaderFieldsTooLarge);
    }

    [Theory]
    [InlineData("EchoV1.Shout", "echo", "The operation is not known.")]
    [InlineData("", "echo", "The operation is not known.")]
    [InlineData("SomethingElse.Say", "sns", "The service 'sns' is not offered here.")]
    public async Task Does_not_know_every_operation(string target, string service, string message)
    {
        var answer = await server.JsonAsync(target, "{}", service);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Error.ShouldBe(("UnknownOperationException", message));
    }

    [Theory]
    [InlineData("Version=2026-01-01", "MissingAction")]
    [InlineData("Action=Say", "InvalidAction")]
    [InlineData("Action=Shout&Version=2026-01-01", "InvalidAction")]
    [InlineData("Action=Say&Version=2026-01-01&Count=x", "MalformedInput")]
    public async Task Names_what_a_query_call_lacks(string form, string code)
    {
        var answer = await server.QueryAsync(form);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Body.ShouldContain($"<Error><Type>Sender</Type><Code>{code}</Code>");
    }

    [Theory]
    [InlineData("refused", 400, "ServiceNotFoundException", "Service not found.")]
    [InlineData("told", 400, "ConflictException", "Taken.")]
    [InlineData("unavailable", 500, "ServerException", "The change could not be made durable. Try again.")]
    public async Task Tells_a_refusal_in_the_services_words(string what, int status, string type, string message)
    {
        var answer = await server.JsonAsync("EchoV1.Say", $$"""{"text":"{{what}}"}""");

        ((int)answer.Status).ShouldBe(status);
        answer.Error.ShouldBe((type, message));
    }

    [Fact]
    public async Task Adds_an_errors_further_members() =>
        (await server.JsonAsync("EchoV1.Say", """{"text":"told"}""")).Body
            .ShouldBe("""{"__type":"ConflictException","message":"Taken.","resourceIds":["a"]}""");

    [Fact]
    public async Task Hides_the_inside_of_an_unexpected_failure()
    {
        var answer = await server.JsonAsync("EchoV1.Say", """{"text":"broken"}""");

        answer.Status.ShouldBe(HttpStatusCode.InternalServerError);
        answer.Error.ShouldBe(("ServerException", $"The request failed for an internal reason. Request id: {answer.RequestId}"));
        (await server.QueryAsync("Action=Say&Version=2026-01-01&Text=broken")).Body.ShouldContain("<Code>InternalFailure</Code>");
    }

    [Fact]
    public async Task Turns_the_unsigned_away_in_either_protocol()
    {
        using var json = new HttpRequestMessage(HttpMethod.Post, server.Address) { Content = new StringContent("{}"), Headers = { { "X-Amz-Target", "EchoV1.Say" } } };
        using var query = new HttpRequestMessage(HttpMethod.Post, server.Address) { Content = new FormUrlEncodedContent([new("Action", "Say")]) };

        var jsonAnswer = await server.SendAsync(json);
        var queryAnswer = await server.SendAsync(query);

        jsonAnswer.Status.ShouldBe(HttpStatusCode.BadRequest);
        jsonAnswer.Error.ShouldBe(("MissingAuthenticationTokenException", "Missing Authentication Token"));
        queryAnswer.Status.ShouldBe(HttpStatusCode.Forbidden);
        queryAnswer.Body.ShouldContain("<Code>MissingAuthenticationToken</Code>");
    }

    [Fact]
    public async Task Turns_a_changed_body_away()
    {
        using var request = server.Request("/", "echo", "default", "us-east-1", "{}", "application/x-amz-json-1.1", ("X-Amz-Target", "EchoV1.Say"));
        request.Content = new StringContent("""{"text":"changed"}""");

        (await server.SendAsync(request)).Error.Type.ShouldBe("InvalidSignatureException");
    }

    [Fact]
    public async Task Wants_the_scope_of_the_service_that_is_called() =>
        (await server.JsonAsync("EchoV1.Say", "{}", service: "ecs")).Error
            .ShouldBe(("InvalidSignatureException", "Credential should be scoped to correct service: 'echo'."));

    [Fact]
    public async Task Hangs_up_on_nonsense_and_lives_on()
    {
        foreach (var nonsense in new[] { "\0\0\0\0\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{" })
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, server.Address.Port, TestContext.Current.CancellationToken);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(nonsense), TestContext.Current.CancellationToken);
        }

        (await server.JsonAsync("EchoV1.Say", "{}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Counts_what_it_answers()
    {
        await server.JsonAsync("EchoV1.Say", "{}");
        await server.JsonAsync("EchoV1.Say", """{"text":"refused"}""");

        var metrics = await server.GetAsync("/metrics");

        metrics.ShouldContain("berth_api_calls_total{service=\"echo\",operation=\"Say\",outcome=\"answered\"} 1\n");
        metrics.ShouldContain("berth_api_calls_total{service=\"echo\",operation=\"Say\",outcome=\"refused\"} 1\n");
        (await server.GetAsync("/healthz")).ShouldBe("ok\n");
    }

    [Fact]
    public async Task Resets_the_account_of_its_root_alone()
    {
        using var agents = server.Request("/_berth/reset", "berth", "agent", "us-east-1", "", "application/json");
        using var others = server.Request("/_berth/reset", "ecs", "default", "us-east-1", "", "application/json");
        using var roots = server.Request("/_berth/reset", "berth", "default", "us-east-1", "", "application/json");

        (await server.SendAsync(agents)).Error.Type.ShouldBe("AccessDeniedException");
        (await server.SendAsync(others)).Error.Type.ShouldBe("InvalidSignatureException");
        resets.Accounts.ShouldBeEmpty();
        (await server.SendAsync(roots)).Body.ShouldBe("{}");
        resets.Accounts.ShouldBe(["000000000000"]);
    }

    private static EchoResponse Handle(EchoRequest request, RequestContext context) => request.Text switch
    {
        "refused" => throw new RefusedException("ServiceNotFoundException", "Service not found."),
        "told" => throw new AwsException("ConflictException", 400, "Taken.") { Members = new Dictionary<string, JsonNode?> { ["resourceIds"] = new JsonArray("a") } },
        "unavailable" => throw new StreamUnavailableException("disk full"),
        "broken" => throw new InvalidOperationException("secret detail"),
        _ => new(request.Text, request.Count, $"{context.PrincipalArn}@{context.Region}"),
    };

    private sealed class Resets : IAccountReset
    {
        public List<string> Accounts { get; } = [];

        public ValueTask ResetAsync(string accountId, CancellationToken cancellationToken)
        {
            Accounts.Add(accountId);
            return ValueTask.CompletedTask;
        }
    }
}

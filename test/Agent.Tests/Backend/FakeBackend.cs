using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Berth.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Agent.Tests;

/// <summary>
/// An ECS backend in the test's own process: the API, both sockets, CloudWatch Logs, ECR and an empty registry. It
/// checks every signature, and remembers all it was told.
/// </summary>
public sealed class FakeBackend : IAsyncDisposable
{
    public const string Region = "us-east-1";
    private const string Account = "000000000000";

    private readonly ConcurrentDictionary<string, JsonObject> instances = new();
    private readonly List<(string Operation, JsonObject Body)> calls = [];
    private readonly List<JsonObject> acsMessages = [];
    private readonly List<JsonObject> tcsMessages = [];
    private readonly List<string> problems = [];
    private readonly List<(string Stream, string Text)> acceptedLines = [];
    private readonly SemaphoreSlim changed = new(0);
    private readonly Lock gate = new();
    private WebApplication? server;
    private WebSocket? acs;
    private int sequence;

    public AwsCredentials Key { get; } = new("AKIDTESTAGENT", "secret/of+the=agent");

    public Uri Address { get; private set; } = null!; // Set before anyone sees the backend.

    public static string ClusterArn => $"arn:aws:ecs:{Region}:{Account}:cluster/test";

    public string InstanceArn { get; private set; } = "";

    /// <summary>Answers an operation in place of the usual answer; null for the usual one.</summary>
    public Func<string, JsonObject, (int Status, JsonObject Body)?> Intercept { get; set; } = (_, _) => null;

    /// <summary>Objects by bucket and key.</summary>
    public ConcurrentDictionary<string, string> Objects { get; } = new();

    /// <summary>Parameters by name.</summary>
    public ConcurrentDictionary<string, string> Parameters { get; } = new();

    /// <summary>Secrets by id.</summary>
    public ConcurrentDictionary<string, string> Secrets { get; } = new();

    /// <summary>A key of a role, that is good beside the agent's own.</summary>
    public AwsCredentials RoleKey { get; } = new("ASIATESTROLE", "secret/of+the=role", "token/of+the=role");

    /// <summary>The ids of the keys that calls were signed with, by operation; <c>GetObject</c> and <c>PutObject</c> for objects.</summary>
    public ConcurrentDictionary<string, string> SignedBy { get; } = new();

    /// <summary><c>user:password</c> of the registry; null where it is open.</summary>
    public string? RegistryPassword { get; set; }

    /// <summary>What upgrades are refused with; null where they are not.</summary>
    public string? RefuseUpgrade { get; set; }

    /// <summary>The query strings of the ACS and TCS upgrades, in order.</summary>
    public List<(string Path, string Query)> Upgrades { get; } = [];

    /// <summary>What the registry has: manifests by repository, whatever the tag.</summary>
    public ConcurrentDictionary<string, string> Manifests { get; } = new();

    /// <summary>What was wrong with a request: bad signatures, wrong frames.</summary>
    public ImmutableArray<string> Problems => Locked(() => problems.ToImmutableArray());

    public ImmutableArray<(string Operation, JsonObject Body)> Calls => Locked(() => calls.ToImmutableArray());

    public ImmutableArray<JsonObject> AcsMessages => Locked(() => acsMessages.ToImmutableArray());

    public ImmutableArray<JsonObject> TcsMessages => Locked(() => tcsMessages.ToImmutableArray());

    public ImmutableArray<JsonObject> Reports(string taskArn) =>
        [.. Calls.Where(call => call.Operation == "SubmitTaskStateChange" && (string?)call.Body["task"] == taskArn).Select(call => call.Body)];

    /// <summary>The log lines of a stream, in the order they came.</summary>
    public ImmutableArray<string> LogLines(string stream) =>
        [.. Calls.Where(call => call.Operation == "PutLogEvents" && (string?)call.Body["logStreamName"] == stream)
            .SelectMany(call => call.Body["logEvents"]!.AsArray().Select(line => (string)line!["message"]!))];

    /// <summary>The log lines the service has taken, those of refused calls left out.</summary>
    public ImmutableArray<string> AcceptedLogLines(string stream) => Locked(() => acceptedLines.Where(line => line.Stream == stream).Select(line => line.Text).ToImmutableArray());

    public bool Acknowledged(string messageId) =>
        AcsMessages.Any(message => (string?)message["type"] == "AckRequest" && (string?)message["message"]!["messageId"] == messageId);

    public static async Task<FakeBackend> StartAsync()
    {
        var backend = new FakeBackend();
        await backend.ListenAsync("http://127.0.0.1:0");
        return backend;
    }

    public static string NewTaskArn() => $"arn:aws:ecs:{Region}:{Account}:task/test/{Guid.NewGuid():N}";

    /// <summary>Goes away: connections break, the port is closed.</summary>
    public async Task StopAsync()
    {
        Disconnect();
        await server!.DisposeAsync();
    }

    /// <summary>Comes back at the same address.</summary>
    public Task ReturnAsync() => ListenAsync(Address.ToString());

    /// <summary>Breaks the ACS connection.</summary>
    public void Disconnect() => Locked(() =>
    {
        acs?.Abort();
        acs = null;
        return 0;
    });

    public async Task SendAsync(string type, JsonObject message)
    {
        await ConnectedAsync();
        var text = new JsonObject { ["type"] = type, ["message"] = message }.ToJsonString();
        await acs!.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends tasks and gives the message's id.</summary>
    public async Task<string> PayloadAsync(params JsonObject[] tasks)
    {
        await ConnectedAsync();    // Until then the instance has no ARN to name.
        var id = Guid.NewGuid().ToString();
        await SendAsync("PayloadMessage", new JsonObject
        {
            ["messageId"] = id,
            ["seqNum"] = Interlocked.Increment(ref sequence),
            ["generatedAt"] = 1,
            ["clusterArn"] = ClusterArn,
            ["containerInstanceArn"] = InstanceArn,
            ["tasks"] = new JsonArray([.. tasks]),
        });
        return id;
    }

    public Task<string> StopTaskAsync(string arn) => PayloadAsync(new JsonObject { ["arn"] = arn, ["desiredStatus"] = "STOPPED" });

    /// <summary>Waits for the first report of a task with a status.</summary>
    public async Task<JsonObject> ReportAsync(string taskArn, string status)
    {
        await UntilAsync(() => Reports(taskArn).Any(report => (string?)report["status"] == status));
        return Reports(taskArn).First(report => (string?)report["status"] == status);
    }

    /// <summary>Waits for a condition on what has been received.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            try
            {
                await changed.WaitAsync(TimeSpan.FromMilliseconds(200), limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The backend waited in vain. Calls: {string.Join(", ", Calls.Select(call => call.Operation))}. Problems: {string.Join("; ", Problems)}. Reports: {string.Join("\n", Calls.Where(call => call.Operation == "SubmitTaskStateChange").Select(call => call.Body.ToJsonString()))}");
            }
        }
    }

    /// <summary>Waits for an agent's open ACS connection; one from just before the backend, or the agent, went away is closed.</summary>
    public Task ConnectedAsync() => UntilAsync(() => acs is { State: WebSocketState.Open });

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        changed.Dispose();
    }

    private async Task ListenAsync(string url)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls(url);
        builder.Services.AddRoutingCore();
        server = builder.Build();
        server.UseWebSockets();
        server.Run(HandleAsync);
        await server.StartAsync();
        Address = new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path.Value?.Split('/') is ["", "v2", .. var name, "manifests", _] && Manifests.TryGetValue(string.Join('/', name), out var manifest))
        {
            context.Response.ContentType = (string?)JsonNode.Parse(manifest)!["mediaType"];
            await context.Response.WriteAsync(manifest);
            return;
        }

        if (context.Request.Path.StartsWithSegments("/v2"))
        {
            var isIn = RegistryPassword is not { } password || context.Request.Headers.Authorization == $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(password))}";
            context.Response.StatusCode = isIn ? 404 : 401;
            context.Response.Headers.WWWAuthenticate = isIn ? default : "Basic realm=\"test\"";
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(isIn
                ? """{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"""
                : """{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}""");
            return;
        }

        using var reader = new MemoryStream();
        await context.Request.Body.CopyToAsync(reader);
        var body = reader.ToArray();
        VerifySignature(context.Request, body);
        if (await IsSkewedAsync(context))
        {
            return;
        }

        if (context.WebSockets.IsWebSocketRequest)
        {
            await SocketAsync(context);
            return;
        }

        if (HttpMethods.IsGet(context.Request.Method))
        {
            await ObjectAsync(context);
            return;
        }

        if (HttpMethods.IsPut(context.Request.Method))
        {
            var refused = Intercept("PutObject", []) is { } refusal;
            context.Response.StatusCode = refused ? 503 : 200;
            if (!refused)
            {
                Objects[context.Request.Path.Value!.TrimStart('/')] = Encoding.UTF8.GetString(body);
            }

            changed.Release();
            return;
        }

        var operation = context.Request.Headers["X-Amz-Target"].ToString().Split('.')[^1];
        var request = JsonNode.Parse(body)!.AsObject();
        Locked(() =>
        {
            calls.Add((operation, request));
            return 0;
        });
        var (status, answer) = Intercept(operation, request) ?? (200, Answer(operation, request));
        if (operation == "PutLogEvents" && status == 200)
        {
            Locked(() =>
            {
                acceptedLines.AddRange(request["logEvents"]!.AsArray().Select(line => ((string)request["logStreamName"]!, (string)line!["message"]!)));
                return 0;
            });
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/x-amz-json-1.1";
        await context.Response.WriteAsync(answer.ToJsonString());
        changed.Release();
    }

    /// <summary>Refuses what was signed at another time than now, as ECS does.</summary>
    private static async Task<bool> IsSkewedAsync(HttpContext context)
    {
        var signedAt = DateTimeOffset.ParseExact(context.Request.Headers["X-Amz-Date"].ToString(), "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        if ((signedAt - DateTimeOffset.UtcNow).Duration() < TimeSpan.FromMinutes(15))
        {
            return false;
        }

        context.Response.StatusCode = 400;
        await context.Response.WriteAsync("""{"__type":"InvalidSignatureException","message":"Signature not yet current"}""");
        return true;
    }

    private JsonObject Answer(string operation, JsonObject request)
    {
        switch (operation)
        {
            case "RegisterContainerInstance":
                InstanceArn = (string?)request["containerInstanceArn"] ?? $"arn:aws:ecs:{Region}:{Account}:container-instance/test/{Guid.NewGuid():N}";
                var instance = new JsonObject { ["containerInstanceArn"] = InstanceArn, ["attributes"] = request["attributes"]!.DeepClone() };
                instances[InstanceArn] = instance;
                return new JsonObject { ["containerInstance"] = instance.DeepClone() };
            case "DiscoverPollEndpoint":
                return new JsonObject { ["endpoint"] = $"{Address}acs/", ["telemetryEndpoint"] = $"{Address}tcs/" };
            case "GetAuthorizationToken":
                return new JsonObject
                {
                    ["authorizationData"] = new JsonArray(new JsonObject
                    {
                        ["authorizationToken"] = Convert.ToBase64String("AWS:token"u8),
                        ["expiresAt"] = DateTimeOffset.UtcNow.AddHours(12).ToUnixTimeSeconds(),
                        ["proxyEndpoint"] = Address.ToString(),
                    }),
                };
            case "GetParameters":
                var names = request["Names"]!.AsArray().Select(name => (string)name!).ToList();
                names.Count.ShouldBeLessThanOrEqualTo(10);
                request["WithDecryption"]!.GetValue<bool>().ShouldBeTrue();
                return new JsonObject
                {
                    [nameof(Parameters)] = new JsonArray([.. names.Where(Parameters.ContainsKey).Select(name => (JsonNode)new JsonObject { ["Name"] = name, ["Value"] = Parameters[name] })]),
                    ["InvalidParameters"] = new JsonArray([.. names.Where(name => !Parameters.ContainsKey(name)).Select(name => (JsonNode)name)]),
                };
            case "GetSecretValue":
                return new JsonObject { ["SecretString"] = Secrets[$"{request["SecretId"]}{request["VersionStage"]}{request["VersionId"]}"] };
            default:
                return [];
        }
    }

    private async Task ObjectAsync(HttpContext context)
    {
        var found = Objects.TryGetValue(context.Request.Path.Value!.TrimStart('/'), out var content);
        context.Response.StatusCode = found ? 200 : 404;
        var answer = Encoding.UTF8.GetBytes(found ? content! : "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>");
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer);
    }

    private async Task SocketAsync(HttpContext context)
    {
        if (RefuseUpgrade is { } refusal)
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync(refusal);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var isAcs = context.Request.Path == "/acs/ws";
        Locked(() =>
        {
            Upgrades.Add((context.Request.Path, context.Request.QueryString.Value!));
            if (isAcs)
            {
                acs = socket;
            }

            return 0;
        });
        changed.Release();
        var buffer = new byte[1 << 20];
        try
        {
            while (true)
            {
                var length = 0;
                WebSocketReceiveResult received;
                do
                {
                    received = await socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), CancellationToken.None);
                    length += received.Count;
                }
                while (!received.EndOfMessage);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
                    return;
                }

                if (isAcs)
                {
                    Locked(() =>
                    {
                        acsMessages.Add(JsonNode.Parse(buffer.AsSpan(0, length))!.AsObject());
                        return 0;
                    });
                }
                else
                {
                    await TelemetryAsync(context, socket, buffer.AsMemory(0, length));
                }

                changed.Release();
            }
        }
        catch (Exception broken) when (broken is WebSocketException or IOException or OperationCanceledException)
        {
            // The agent, or the test, has gone.
        }
    }

    private async Task TelemetryAsync(HttpContext context, WebSocket socket, ReadOnlyMemory<byte> frame)
    {
        var blank = frame.Span.IndexOf("\r\n\r\n"u8);
        if (blank < 0)
        {
            Problem("A telemetry frame has no headers.");
            return;
        }

        var headers = Encoding.ASCII.GetString(frame.Span[..blank]).Split("\r\n").Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = frame[(blank + 4)..];
        Verify("telemetry frame", context.Request, name => headers.GetValueOrDefault(name), body.Span);
        var message = JsonNode.Parse(body.Span)!.AsObject();
        Locked(() =>
        {
            tcsMessages.Add(message);
            return 0;
        });
        var answer = (string?)message["type"] switch
        {
            "PublishMetricsRequest" => "AckPublishMetric",
            "PublishHealthRequest" => "AckPublishHealth",
            _ => "AckPublishInstanceStatus",
        };
        await socket.SendAsync(Encoding.UTF8.GetBytes($$$"""{"type":"{{{answer}}}","message":{"message":"ok"}}"""), WebSocketMessageType.Text, true, CancellationToken.None);
    }

    private void VerifySignature(HttpRequest request, ReadOnlySpan<byte> body) =>
        Verify($"{request.Path} {request.Headers["X-Amz-Target"]}", request, name => request.Headers[name].ToString(), body);

    private void Verify(string what, HttpRequest request, Func<string, string?> header, ReadOnlySpan<byte> body)
    {
        var authorization = header("Authorization") ?? "";
        var parts = authorization.Replace("AWS4-HMAC-SHA256 ", "").Split(", ").Select(part => part.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        if (!parts.TryGetValue("Credential", out var credential) || credential.Split('/') is not [var id, var date, var region, var service, "aws4_request"] || (id != Key.AccessKeyId && id != RoleKey.AccessKeyId))
        {
            Problem($"{what}: not signed with the agent's key: {authorization}");
            return;
        }

        SignedBy[service == "s3" ? HttpMethods.IsPut(request.Method) ? "PutObject" : "GetObject" : $"{request.Headers["X-Amz-Target"]}".Split('.')[^1]] = id;
        var secret = id == Key.AccessKeyId ? Key.SecretAccessKey : RoleKey.SecretAccessKey;
        var signed = parts["SignedHeaders"].Split(';').Select(name => new KeyValuePair<string, string>(name, name == "host" ? request.Host.ToString() : header(name) ?? "")).ToList();
        var canonical = SigV4.CanonicalRequest(request.Method, request.Path, SigV4.ParseQuery(request.QueryString.Value ?? ""), signed, SigV4.Hash(body), isObjectCall: service == "s3");
        if (SigV4.Sign(secret, header("X-Amz-Date") ?? "", new CredentialScope(date, region, service), canonical) != parts["Signature"])
        {
            Problem($"{what}: the signature is wrong.");
        }
    }

    private void Problem(string text) => Locked(() =>
    {
        problems.Add(text);
        return 0;
    });

    private T Locked<T>(Func<T> action)
    {
        lock (gate)
        {
            return action();
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Berth.Api;
using Berth.Domain;
using Berth.Engine;
using Berth.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Objects.Tests;

/// <summary>The store on a real port, beside a front door, and a client that signs for it.</summary>
internal sealed class ObjectServer : IAsyncDisposable
{
    private const string Account = "000000000000";

    private readonly HttpClient client = new();
    private readonly WebApplication application;
    private readonly string directory;
    private bool keepsDirectory;

    private ObjectServer(WebApplication application, string directory, AwsCredentials root) =>
        (this.application, this.directory, Root, Address) = (application, directory, root, new(application.Urls.Single()));

    public Uri Address { get; }

    public AwsCredentials Root { get; }

    public string Store => Path.Combine(directory, "objects");

    public static async Task<ObjectServer> StartAsync(string? directory = null)
    {
        directory ??= Directory.CreateTempSubdirectory("berth-objects-").FullName;
        var keys = CredentialsFile.OpenOrCreate(Path.Combine(directory, "credentials"), Account);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore().AddLogging();
        builder.Services.AddSingleton<IAccessKeys>(keys);
        builder.Services.AddSingleton<IIdSource, RandomIdSource>();
        builder.Services.AddFrontDoor(new());
        builder.Services.AddObjects(new() { Directory = Path.Combine(directory, "objects"), MostObjectBytes = 1 << 20, MostObjects = 20, MostBuckets = 3 });
        var application = builder.Build();
        application.UseObjects();
        application.UseRouting();
        application.MapFrontDoor();
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new(application, directory, keys.Credentials(CredentialsFile.RootProfile));
    }

    /// <summary>Ends the server; what it kept is the next one's.</summary>
    public async Task<string> StopAsync()
    {
        keepsDirectory = true;
        await DisposeAsync();
        return directory;
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await application.DisposeAsync();
        if (!keepsDirectory && Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Sends a call whose body is signed as it is.</summary>
    public Task<ObjectAnswer> CallAsync(string method, string path, string body = "", params (string Name, string Value)[] headers) =>
        SendAsync(method, path, Encoding.UTF8.GetBytes(body), SigV4.Hash(Encoding.UTF8.GetBytes(body)), headers);

    /// <summary>Sends a call with whatever body and word for it.</summary>
    public async Task<ObjectAnswer> SendAsync(string method, string path, byte[] body, string bodyHash, params (string Name, string Value)[] headers)
    {
        using var request = Signed(method, path, bodyHash, headers, DateTimeOffset.UtcNow).Request;
        request.Content = new ByteArrayContent(body);
        foreach (var (name, value) in headers.Where(header => header.Name.StartsWith("Content-", StringComparison.Ordinal)))
        {
            request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return await SendAsync(request);
    }

    /// <summary>Sends an object in signed chunks.</summary>
    /// <param name="path">Bucket and key.</param>
    /// <param name="chunks">The chunks' data.</param>
    /// <param name="sent">What is sent in place of each, so that a test can change one.</param>
    /// <param name="trailer">A trailing header that is signed too; null for none.</param>
    public async Task<ObjectAnswer> SendChunksAsync(string path, IReadOnlyList<string> chunks, IReadOnlyList<string> sent, string? trailer = null)
    {
        var bodyHash = trailer is null ? "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" : "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
        var (request, seed, timestamp, scope) = Signed("PUT", path, bodyHash, [("x-amz-decoded-content-length", $"{sent.Sum(chunk => chunk.Length)}")], DateTimeOffset.UtcNow);
        var previous = seed;
        var body = new StringBuilder();
        foreach (var (chunk, given) in chunks.Append("").Zip(sent.Append("")))
        {
            previous = Sign("PAYLOAD", $"{SigV4.EmptyBodyHash}\n{SigV4.Hash(Encoding.UTF8.GetBytes(chunk))}");
            body.Append($"{given.Length:x};chunk-signature={previous}\r\n");
            body.Append(given.Length == 0 ? "" : $"{given}\r\n");
        }

        if (trailer is not null)
        {
            body.Append($"{trailer}\r\nx-amz-trailer-signature:{Sign("TRAILER", SigV4.Hash(Encoding.UTF8.GetBytes($"{trailer}\n")))}\r\n");
        }

        using (request)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes($"{body}\r\n"));
            return await SendAsync(request);
        }

        string Sign(string what, string hashes) => Convert.ToHexStringLower(HMACSHA256.HashData(
            SigV4.DeriveKey(Root.SecretAccessKey, scope), Encoding.UTF8.GetBytes($"AWS4-HMAC-SHA256-{what}\n{timestamp}\n{scope}\n{previous}\n{hashes}")));
    }

    public async Task ResetAsync()
    {
        var uri = new Uri(Address, "/_berth/reset");
        using var request = new HttpRequestMessage(HttpMethod.Post, uri);
        foreach (var (name, value) in SigV4.SignHeaders(Root, "us-east-1", "berth", "POST", uri, [], [], DateTimeOffset.UtcNow))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        (await SendAsync(request)).Status.ShouldBe(200);
    }

    private (HttpRequestMessage Request, string Signature, string Timestamp, CredentialScope Scope) Signed(
        string method, string path, string bodyHash, (string Name, string Value)[] headers, DateTimeOffset now)
    {
        var uri = new Uri(Address, path);
        var timestamp = SigV4.Timestamp(now);
        var scope = new CredentialScope(timestamp[..8], "us-east-1", "s3");
        List<KeyValuePair<string, string>> signed = [new("host", uri.Authority), new("x-amz-content-sha256", bodyHash), new("x-amz-date", timestamp), .. headers.Select(header => KeyValuePair.Create(header.Name.ToLowerInvariant(), header.Value))];
        var canonical = SigV4.CanonicalRequest(method, uri.AbsolutePath, SigV4.ParseQuery(uri.Query), signed, bodyHash, isObjectCall: true);
        var signature = SigV4.Sign(Root.SecretAccessKey, timestamp, scope, canonical);
        var request = new HttpRequestMessage(new(method), uri);
        foreach (var (name, value) in signed)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.TryAddWithoutValidation("Authorization", $"{SigV4.Algorithm} Credential={Root.AccessKeyId}/{scope}, SignedHeaders={string.Join(';', signed.Select(header => header.Key).Order(StringComparer.Ordinal))}, Signature={signature}");
        return (request, signature, timestamp, scope);
    }

    private async Task<ObjectAnswer> SendAsync(HttpRequestMessage request)
    {
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return new(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase));
    }
}

internal sealed record ObjectAnswer(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Status and error code.</summary>
    public (int Status, string Code) Refusal => (Status, Texts("Code").Single());

    public string[] Texts(string name) => [.. XElement.Parse(Body).Descendants().Where(element => element.Name.LocalName == name).Select(element => element.Value)];
}

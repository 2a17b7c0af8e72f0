using System.Collections.Concurrent;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Agent.Tests;

/// <summary>A registry with one image of one layer of random content, whatever the repository, and ways to be of no help.</summary>
public sealed class BadRegistry : IAsyncDisposable
{
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";

    private readonly CancellationTokenSource end = new();
    private readonly byte[] layer;
    private readonly byte[] config;
    private readonly byte[] manifest;
    private readonly WebApplication server;

    private BadRegistry(WebApplication server, int layerBytes)
    {
        this.server = server;
        var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "content") { DataStream = new MemoryStream(RandomNumberGenerator.GetBytes(layerBytes)) });
        }

        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression, leaveOpen: true))
        {
            gzip.Write(archive.ToArray());
        }

        layer = packed.ToArray();
        config = Encoding.UTF8.GetBytes($$$"""
            {"architecture":"amd64","os":"linux","config":{"Cmd":["/content"]},"rootfs":{"type":"layers","diff_ids":["{{{Digest(archive.ToArray())}}}"]},"history":[{"created_by":"test"}]}
            """);
        manifest = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{ManifestType}}",
             "config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":{{config.Length}},"digest":"{{Digest(config)}}"},
             "layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":{{layer.Length}},"digest":"{{Digest(layer)}}"}]}
            """);
    }

    /// <summary>Answers a request for a layer or a manifest in place of the usual answer; true when it has.</summary>
    public Func<HttpContext, byte[], CancellationToken, Task<bool>> Trouble { get; set; } = (_, _, _) => Task.FromResult(false);

    /// <summary>What was asked for: the kind of thing, <c>manifests</c> or <c>blobs</c>, by GET.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public string Image { get; private set; } = "";

    public static async Task<BadRegistry> StartAsync(int layerBytes = 200_000)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var registry = new BadRegistry(server, layerBytes);
        server.Run(registry.AnswerAsync);
        await server.StartAsync();
        var address = new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        registry.Image = $"{address.Authority}/bad/{Guid.NewGuid().ToString("N")[..8]}:1";
        return registry;
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await server.DisposeAsync();
        end.Dispose();
        await Engine.DockerAsync("rmi", "-f", Image);
    }

    /// <summary>Holds an answer back for as long as there is somebody to wait for it.</summary>
    public static async Task<bool> HoldAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return true;
    }

    private static string Digest(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    private async Task AnswerAsync(HttpContext http)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, end.Token);
        if (http.Request.Path.Value?.Split('/') is not ["", "v2", .., var kind and ("manifests" or "blobs"), var reference])
        {
            await http.Response.WriteAsync("{}", gone.Token);
            return;
        }

        var isConfig = reference == Digest(config);
        if (HttpMethods.IsGet(http.Request.Method) && !isConfig)
        {
            Asked.Enqueue(kind);
        }

        var content = kind == "manifests" ? manifest : isConfig ? config : layer;
        if (!isConfig && await Trouble(http, content, gone.Token))
        {
            return;
        }

        http.Response.ContentType = kind == "manifests" ? ManifestType : "application/octet-stream";
        http.Response.Headers["Docker-Content-Digest"] = Digest(content);
        http.Response.ContentLength = content.Length;
        if (HttpMethods.IsGet(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(content, gone.Token);
        }
    }
}

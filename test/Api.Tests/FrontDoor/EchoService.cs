using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api.Tests;

/// <summary>A small service in both protocols, to see the front door alone.</summary>
internal static class EchoService
{
    public const string Target = "EchoV1";
    public const string Version = "2026-01-01";

    public static AwsService Json(Func<EchoRequest, RequestContext, EchoResponse> handler)
    {
        var types = new EchoJson(AwsJson.CamelCase());
        return new AwsService { SigningName = "echo", Target = Target, Protocol = AwsProtocol.Json11 }
            .Add("Say", () => types.EchoRequest, () => types.EchoResponse, () => new Operation(handler));
    }

    public static AwsService Query(Func<EchoRequest, RequestContext, EchoResponse> handler)
    {
        var types = new EchoJson(AwsJson.Query());
        return new AwsService { SigningName = "echo", Target = Version, Protocol = AwsProtocol.Query, XmlNamespace = "http://echo/" }
            .Add("Say", () => types.EchoRequest, () => types.EchoResponse, () => new Operation(handler));
    }

    private sealed class Operation(Func<EchoRequest, RequestContext, EchoResponse> handler) : IOperation<EchoRequest, EchoResponse>
    {
        public ValueTask<EchoResponse> HandleAsync(EchoRequest request, RequestContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult(handler(request, context));
    }
}

internal sealed record EchoRequest(string? Text, int? Count);

internal sealed record EchoResponse(string? Text, int? Count, string? Who);

[JsonSerializable(typeof(EchoRequest))]
[JsonSerializable(typeof(EchoResponse))]
internal sealed partial class EchoJson : JsonSerializerContext;

internal sealed class RandomIds : IIdSource
{
    public string NextHexId() => Guid.NewGuid().ToString("N");

    public string NextUuid() => Guid.NewGuid().ToString();

    public string NextDigits19() => Random.Shared.NextInt64(1_000_000_000_000_000_000, long.MaxValue).ToString(System.Globalization.CultureInfo.InvariantCulture);

    public int NextIndex(int exclusiveMax) => Random.Shared.Next(exclusiveMax);
}

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;

namespace Berth.Wire.Tests;

/// <summary>A signed request to start from, and the verifier that knows its key.</summary>
internal static class SignedRequest
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly AwsCredentials Signer = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

    public static SigV4Verifier Verifier(DateTimeOffset now) => new(new OneKey(), new FakeTimeProvider(now));

    public static DefaultHttpContext Raw(string method, string target, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = target;
        context.Request.Method = method;
        foreach (var (name, value) in headers)
        {
            context.Request.Headers.Append(name, value);
        }

        return context;
    }

    /// <summary>An ECS call with this body, signed at noon.</summary>
    public static HttpRequest Signed(ReadOnlySpan<byte> body, AwsCredentials? signer = null, string target = "/", string region = "us-east-1")
    {
        var call = new[] { ("X-Amz-Target", "AmazonEC2ContainerServiceV20141113.ListClusters") };
        var signature = SigV4.SignHeaders(
            signer ?? Signer, region, "ecs", "POST", new Uri($"http://localhost:8383{target}"),
            call.Select(header => KeyValuePair.Create(header.Item1, header.Item2)), body, Noon);
        return Raw("POST", target, [("Host", "localhost:8383"), .. call, .. signature.Select(header => (header.Key, header.Value))]).Request;
    }

    private sealed class OneKey : IAccessKeys
    {
        public AccessKey? Find(string accessKeyId) => accessKeyId == Signer.AccessKeyId
            ? new(Signer.AccessKeyId, Signer.SecretAccessKey, "000000000000", "arn:aws:iam::000000000000:root")
            : null;
    }
}

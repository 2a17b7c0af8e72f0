using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Api;

/// <summary>Which session is meant.</summary>
internal sealed record SessionRequest
{
    public string? SessionId { get; set; }
}

/// <summary>What is to be known of it.</summary>
internal sealed record SessionResponse
{
    public string? SessionId { get; set; }

    public string? TokenValue { get; set; }

    public string? StreamUrl { get; set; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionRequest))]
[JsonSerializable(typeof(SessionResponse))]
internal sealed partial class SessionServiceJson : JsonSerializerContext;

/// <summary>
/// Would give a token to a client whose connection broke. Sessions here end with their connection, so there is none to be had:
/// by that the client knows that its session is over.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ResumeSession.html</remarks>
internal sealed class ResumeSession : IOperation<SessionRequest, SessionResponse>
{
    public ValueTask<SessionResponse> HandleAsync(SessionRequest request, RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new SessionResponse { SessionId = request.SessionId });
}

/// <summary>Ends a session; one that is over already counts as ended.</summary>
/// <remarks>https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_TerminateSession.html</remarks>
internal sealed class TerminateSession(ExecSessions sessions) : IOperation<SessionRequest, SessionResponse>
{
    public ValueTask<SessionResponse> HandleAsync(SessionRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        if (sessions.Find(request.SessionId ?? "") is { } session && session.Target.Cluster.Account == context.AccountId && session.Target.Cluster.Region == context.Region)
        {
            session.End("");
        }

        return ValueTask.FromResult(new SessionResponse { SessionId = request.SessionId });
    }
}

/// <summary>The two calls that clients of sessions make of Systems Manager.</summary>
internal static class SessionService
{
    public static AwsService Create(ExecSessions sessions) => new AwsService { SigningName = "ssm", Target = "AmazonSSM", Protocol = AwsProtocol.Json11 }
        .Add(nameof(ResumeSession), () => SessionServiceJson.Default.SessionRequest, () => SessionServiceJson.Default.SessionResponse, () => new ResumeSession())
        .Add(nameof(TerminateSession), () => SessionServiceJson.Default.SessionRequest, () => SessionServiceJson.Default.SessionResponse, () => new TerminateSession(sessions));
}

using System.Security.Cryptography;
using System.Text;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>Limits of sessions.</summary>
internal sealed record ExecOptions
{
    /// <summary>How long a token waits for its client.</summary>
    public TimeSpan TokenLife { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an agent may take to connect.</summary>
    public TimeSpan AgentPatience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest a session may last.</summary>
    public TimeSpan LongestSession { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Sessions of this server, over all clusters; waiting ones count.</summary>
    public int MostSessions { get; init; } = 5_000;
}

/// <summary>The sessions there are: those that wait for their client, and those that are open. All steps take constant time.</summary>
internal sealed class ExecSessions(ExecOptions options, EcsQuotas quotas, TimeProvider clock)
{
    private const int IdBytes = 9, IdDigits = 17, TokenBytes = 48;

    private readonly Lock gate = new();
    private readonly Dictionary<string, ExecSession> sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<(string TaskArn, string Container), int> counts = [];
    private readonly Queue<ExecSession> waiting = new();    // In the order in which their tokens expire.

    /// <summary>Makes a session and its token.</summary>
    /// <exception cref="AwsException">There are too many.</exception>
    public (ExecSession Session, string Token) Open(ExecTarget target)
    {
        var token = Convert.ToBase64String(RandomNumberGenerator.GetBytes(TokenBytes));
        var id = $"ecs-execute-command-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes))[..IdDigits]}";
        var session = new ExecSession(id, target, Digest(token), clock.GetUtcNow() + options.TokenLife);
        lock (gate)
        {
            ForgetExpired();
            var count = counts.GetValueOrDefault(Place(session));
            if (count >= quotas.ExecSessionsPerContainer || sessions.Count >= options.MostSessions)
            {
                throw AwsException.Client("The execute command failed because the maximum number of sessions has been reached. End a session and try again.");
            }

            sessions.Add(id, session);
            counts[Place(session)] = count + 1;
            waiting.Enqueue(session);
        }

        return (session, token);
    }

    /// <summary>Whether there is such a session that waits for its client.</summary>
    public bool Awaits(string id)
    {
        lock (gate)
        {
            ForgetExpired();
            return sessions.TryGetValue(id, out var session) && !session.IsClaimed;
        }
    }

    /// <summary>The session whose token this is; a token opens it once.</summary>
    public ExecSession? Claim(string id, string token)
    {
        lock (gate)
        {
            ForgetExpired();
            if (!sessions.TryGetValue(id, out var session) || session.IsClaimed || !CryptographicOperations.FixedTimeEquals(session.TokenDigest, Digest(token)))
            {
                return null;
            }

            session.IsClaimed = true;
            return session;
        }
    }

    public ExecSession? Find(string id)
    {
        lock (gate)
        {
            return sessions.GetValueOrDefault(id);
        }
    }

    /// <summary>The session is over.</summary>
    public void Remove(ExecSession session)
    {
        lock (gate)
        {
            Forget(session);
        }

        session.Finish();
    }

    private void ForgetExpired()
    {
        var now = clock.GetUtcNow();
        while (waiting.TryPeek(out var first) && (first.IsClaimed || first.TokenUntil <= now))
        {
            waiting.Dequeue();
            if (!first.IsClaimed)
            {
                Forget(first);
            }
        }
    }

    private void Forget(ExecSession session)
    {
        if (!sessions.Remove(session.Id))
        {
            return;
        }

        var place = Place(session);
        if (--counts[place] == 0)
        {
            counts.Remove(place);
        }
    }

    private static (string TaskArn, string Container) Place(ExecSession session) => (session.Target.TaskArn, session.Target.ContainerName);

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

using Berth.Engine;
using Berth.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Berth.Api.Tests;

/// <summary>What a token opens, how long, how often, and how many sessions there may be.</summary>
public sealed class TheSessions
{
    private readonly FakeTimeProvider clock = new();
    private readonly ExecSessions sessions;

    public TheSessions() => sessions = new(new() { MostSessions = 3 }, new() { ExecSessionsPerContainer = 2 }, clock);

    [Fact]
    public void Are_opened_by_their_own_token_once()
    {
        var (one, token) = sessions.Open(In("app"));
        var (_, other) = sessions.Open(In("app"));

        one.Id.ShouldMatch("^ecs-execute-command-[0-9a-f]{17}$");
        token.ShouldNotBe(other);
        sessions.Claim(one.Id, other).ShouldBeNull();
        sessions.Claim(one.Id, "").ShouldBeNull();
        sessions.Claim("ecs-execute-command-0", token).ShouldBeNull();
        sessions.Claim(one.Id, token).ShouldBe(one);
        sessions.Claim(one.Id, token).ShouldBeNull();
        sessions.Awaits(one.Id).ShouldBeFalse();
    }

    [Fact]
    public void Are_forgotten_when_nobody_comes_in_time_and_kept_when_somebody_did()
    {
        var (late, lateToken) = sessions.Open(In("app"));
        var (open, token) = sessions.Open(In("app"));
        sessions.Claim(open.Id, token).ShouldNotBeNull();

        clock.Advance(TimeSpan.FromSeconds(60));

        sessions.Claim(late.Id, lateToken).ShouldBeNull();
        sessions.Find(late.Id).ShouldBeNull();
        sessions.Find(open.Id).ShouldBe(open);
    }

    [Fact]
    public async Task Last_a_day_at_most()
    {
        var (session, _) = sessions.Open(In("app"));
        await using var limit = session.LimitTo(new ExecOptions().LongestSession, clock);

        clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        session.Ended.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));

        (await session.Ended).ShouldBe("The session has reached its maximum duration.");
    }

    [Fact]
    public void Are_limited_in_a_container_and_altogether()
    {
        var (first, _) = sessions.Open(In("app"));
        sessions.Open(In("app"));
        Should.Throw<AwsException>(() => sessions.Open(In("app"))).Code.ShouldBe("ClientException");
        sessions.Open(In("side"));
        Should.Throw<AwsException>(() => sessions.Open(In("other"))).Code.ShouldBe("ClientException");

        sessions.Remove(first);
        sessions.Remove(first);

        sessions.Open(In("app"));
        Should.Throw<AwsException>(() => sessions.Open(In("other"))).Code.ShouldBe("ClientException");
    }

    private static ExecTarget In(string container) => new(StreamId.Cluster("000000000000", "us-east-1", "default"), "instance", "task", container, "sh");
}

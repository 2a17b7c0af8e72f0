using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace Berth.Api.Tests;

public sealed class TheKeysOfARole
{
    private readonly FakeTimeProvider clock = new(new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Are_good_after_a_restart_in_the_next_period_until_they_end()
    {
        var keys = Issue(Started());
        clock.Advance(TimeSpan.FromHours(7));

        var restarted = Started();
        var next = Issue(restarted);

        Text(next, "accessKeyId").ShouldNotBe(Text(keys, "accessKeyId"));
        Text(next, "credentialsId").ShouldBe(Text(keys, "credentialsId"));
        var found = restarted.Find(Text(keys, "accessKeyId")).ShouldNotBeNull();
        (found.SecretAccessKey, found.SessionToken, found.PrincipalArn).ShouldBe(
            (Text(keys, "secretAccessKey"), Text(keys, "sessionToken"), "arn:aws:sts::000000000000:assumed-role/task/1"));

        clock.SetUtcNow(DateTimeOffset.Parse(Text(keys, "expiration"), System.Globalization.CultureInfo.InvariantCulture));
        restarted.Find(Text(keys, "accessKeyId")).ShouldBeNull();
        restarted.Find(Text(next, "accessKeyId")).ShouldNotBeNull();
    }

    [Fact]
    public void Are_not_known_before_they_are_issued()
    {
        var other = Text(Issue(Started()), "accessKeyId");

        Started().Find(other).ShouldBeNull();
    }

    [Fact]
    public void Are_good_for_an_hour_more_when_they_are_renewed()
    {
        var credentials = Started();
        for (var minute = 0; minute < 6 * 60; minute += 7)
        {
            clock.Advance(TimeSpan.FromMinutes(7));
            var end = DateTimeOffset.Parse(Text(Issue(credentials), "expiration"), System.Globalization.CultureInfo.InvariantCulture);
            (end - (clock.GetUtcNow() + TaskCredentials.Renewal)).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromHours(1));
        }
    }

    private static JsonObject Issue(TaskCredentials credentials) =>
        credentials.Issue("000000000000", "arn:aws:ecs:us-east-1:000000000000:task/default/1", "TaskApplication", "arn:aws:iam::000000000000:role/task");

    private static string Text(JsonObject keys, string name) => keys[name]!.GetValue<string>();

    private TaskCredentials Started() => new("of a test"u8.ToArray(), clock);
}

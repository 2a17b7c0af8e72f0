using System.Net;
using System.Xml.Linq;
using Berth.Testing;
using Berth.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Berth.Identity.Tests;

public sealed class AssumingARole
{
    private const string Version = "2011-06-15";
    private const string Arn = "arn:aws:iam::000000000000:role/web";

    [Fact]
    public async Task Gives_keys_that_sign_as_the_role()
    {
        await using var server = await World.StartAsync();
        var role = await server.CreateRoleAsync();

        var assumed = await AssumeAsync(server, ("RoleArn", Arn), ("RoleSessionName", "deploy"));
        var (status, who) = await server.SendAsync(KeysOf(assumed), "sts", Version, "GetCallerIdentity");

        status.ShouldBe(HttpStatusCode.OK, who.ToString());
        who.Text("Arn").ShouldBe("arn:aws:sts::000000000000:assumed-role/web/deploy");
        who.Text("UserId").ShouldBe($"{role.Text("RoleId")}:deploy");
        assumed.Text("AssumedRoleId").ShouldBe($"{role.Text("RoleId")}:deploy");
        DateTimeOffset.Parse(assumed.Text("Expiration"), System.Globalization.CultureInfo.InvariantCulture).ShouldBe(DateTimeOffset.UtcNow.AddHours(1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Gives_keys_that_outlive_a_restart()
    {
        var before = await World.StartAsync();
        await before.CreateRoleAsync();
        var keys = KeysOf(await AssumeAsync(before, ("RoleArn", Arn), ("RoleSessionName", "deploy")));

        await using var after = await World.StartAsync(directory: await before.StopAsync());

        (await after.SendAsync(keys, "sts", Version, "GetCallerIdentity")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Gives_keys_that_are_nothing_without_their_token_or_with_another_one()
    {
        var before = await World.StartAsync();
        await before.CreateRoleAsync();
        var keys = KeysOf(await AssumeAsync(before, ("RoleArn", Arn), ("RoleSessionName", "deploy")));
        var others = KeysOf(await AssumeAsync(before, ("RoleArn", Arn), ("RoleSessionName", "another")));
        await using var server = await World.StartAsync(directory: await before.StopAsync());

        foreach (var token in new[] { null, others.SessionToken, "AAAA" })
        {
            var (status, answer) = await server.SendAsync(keys with { SessionToken = token }, "sts", Version, "GetCallerIdentity");

            status.ShouldBe(HttpStatusCode.Forbidden);
            answer.Text("Code").ShouldBe("InvalidClientTokenId");
        }
    }

    [Fact]
    public void Gives_keys_that_end()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var sessions = new SessionCredentials(new byte[32], clock);
        var key = sessions.Issue("000000000000", "arn:aws:sts::000000000000:assumed-role/web/deploy", TimeSpan.FromMinutes(15)).Key;

        clock.Advance(TimeSpan.FromMinutes(14));
        sessions.Find(key.AccessKeyId, null).ShouldBe(key);
        new SessionCredentials(new byte[32], clock).Find(key.AccessKeyId, key.SessionToken).ShouldBe(key);
        clock.Advance(TimeSpan.FromMinutes(1));
        sessions.Find(key.AccessKeyId, key.SessionToken).ShouldBeNull();
        new SessionCredentials(new byte[32], clock).Find(key.AccessKeyId, key.SessionToken).ShouldBeNull();
    }

    [Fact]
    public async Task Refuses_a_role_that_is_not_there_a_session_that_is_too_long_and_what_it_does_not_carry_out()
    {
        await using var server = await World.StartAsync();
        await server.CreateRoleAsync();

        (await ErrorAsync(server, ("RoleArn", "arn:aws:iam::000000000000:role/none"), ("RoleSessionName", "deploy"))).ShouldBe("403 AccessDenied");
        (await ErrorAsync(server, ("RoleArn", Arn), ("RoleSessionName", "deploy"), ("DurationSeconds", 7200))).ShouldBe("400 ValidationError");
        (await ErrorAsync(server, ("RoleArn", Arn), ("RoleSessionName", "deploy"), ("Policy", World.Policy))).ShouldBe("400 ValidationError");
        (await ErrorAsync(server, ("RoleArn", Arn))).ShouldBe("400 ValidationError");
    }

    [Fact]
    public async Task Has_a_sister_that_gives_keys_of_the_caller()
    {
        await using var server = await World.StartAsync();
        var keys = KeysOf((await server.SendAsync(server.Agent, "sts", Version, "GetSessionToken", ("DurationSeconds", 900))).Answer);

        var (_, who) = await server.SendAsync(keys, "sts", Version, "GetCallerIdentity");
        var (status, _) = await server.SendAsync(keys, "sts", Version, "GetSessionToken");

        who.Text("Arn").ShouldBe("arn:aws:iam::000000000000:user/berth/agent");
        status.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static async Task<XElement> AssumeAsync(QueryServer server, params (string, object)[] parameters)
    {
        var (status, answer) = await server.SendAsync(server.Root, "sts", Version, "AssumeRole", parameters);
        status.ShouldBe(HttpStatusCode.OK, answer.ToString());
        return answer;
    }

    private static async Task<string> ErrorAsync(QueryServer server, params (string, object)[] parameters)
    {
        var (status, answer) = await server.SendAsync(server.Root, "sts", Version, "AssumeRole", parameters);
        return $"{(int)status} {answer.Text("Code")}";
    }

    private static AwsCredentials KeysOf(XElement answer) => new(answer.Text("AccessKeyId"), answer.Text("SecretAccessKey"), answer.Text("SessionToken"));
}

using System.Net;
using Berth.Testing;

namespace Berth.Identity.Tests;

public sealed class AskingWhoOneIs
{
    private const string Version = "2011-06-15";

    [Fact]
    public async Task Tells_the_root_its_account()
    {
        await using var server = await World.StartAsync();

        var (status, answer) = await server.SendAsync(server.Root, "sts", Version, "GetCallerIdentity");

        status.ShouldBe(HttpStatusCode.OK);
        answer.Name.ShouldBe(System.Xml.Linq.XName.Get("GetCallerIdentityResponse", "https://sts.amazonaws.com/doc/2011-06-15/"));
        answer.Text("Arn").ShouldBe("arn:aws:iam::000000000000:root");
        answer.Text("Account").ShouldBe("000000000000");
        answer.Text("UserId").ShouldBe("000000000000");
    }

    [Fact]
    public async Task Tells_a_user_an_id_that_stays_the_same()
    {
        await using var server = await World.StartAsync();

        var first = (await server.SendAsync(server.Agent, "sts", Version, "GetCallerIdentity")).Answer;
        var second = (await server.SendAsync(server.Agent, "sts", Version, "GetCallerIdentity")).Answer;

        first.Text("UserId").ShouldMatch("^AIDA[A-Z2-7]{17}$");
        first.Text("UserId").ShouldBe(second.Text("UserId"));
        first.Text("Arn").ShouldBe("arn:aws:iam::000000000000:user/berth/agent");
    }
}

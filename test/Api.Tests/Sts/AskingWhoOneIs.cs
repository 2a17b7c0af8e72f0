using System.Net;
using Berth.Wire;

namespace Berth.Api.Tests;

public sealed class AskingWhoOneIs
{
    [Fact]
    public async Task Is_answered_over_the_query_protocol()
    {
        await using var server = await RunningServer.StartAsync(services => services.AddSts());

        var answer = await server.QueryAsync("Action=GetCallerIdentity&Version=2011-06-15", "sts");

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Body.ShouldBe(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>"
            + "<UserId>000000000000</UserId><Account>000000000000</Account><Arn>arn:aws:iam::000000000000:root</Arn>"
            + $"</GetCallerIdentityResult><ResponseMetadata><RequestId>{answer.RequestId}</RequestId></ResponseMetadata></GetCallerIdentityResponse>");
    }

    [Theory]
    [InlineData("arn:aws:iam::000000000000:root", "^000000000000$")]
    [InlineData("arn:aws:iam::000000000000:user/agent", "^AIDA[A-Z2-7]{17}$")]
    [InlineData("arn:aws:sts::000000000000:assumed-role/web-task/0123abcd", "^AROA[A-Z2-7]{17}:0123abcd$")]
    public async Task Gives_an_id_of_the_form_its_kind_of_principal_has(string principal, string form)
    {
        var context = new RequestContext
        {
            AccountId = "000000000000",
            Region = "us-east-1",
            PrincipalArn = principal,
            AccessKeyId = "AKIATEST",
            RequestId = "request",
            Authority = "127.0.0.1",
            Scheme = "http",
            RemoteAddress = IPAddress.Loopback,
        };

        var first = await new GetCallerIdentity().HandleAsync(new(), context, TestContext.Current.CancellationToken);
        var second = await new GetCallerIdentity().HandleAsync(new(), context, TestContext.Current.CancellationToken);

        first.UserId.ShouldMatch(form);
        second.UserId.ShouldBe(first.UserId);
        first.Arn.ShouldBe(principal);
    }
}

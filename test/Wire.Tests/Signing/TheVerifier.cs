using static Berth.Wire.Tests.SignedRequest;

namespace Berth.Wire.Tests;

public sealed class TheVerifier
{
    private static SignatureFault FaultOf(Action action) => Should.Throw<SignatureException>(action).Fault;

    [Fact]
    public void Knows_the_caller_and_the_scope_of_what_our_own_signer_signed()
    {
        var request = Signed("{}"u8);
        var verifier = Verifier(Noon);

        for (var time = 0; time < 3; time++)    // The later times are answered from the caches.
        {
            var caller = verifier.Verify(verifier.Claim(request), request, "{}"u8);

            caller.Key.PrincipalArn.ShouldBe("arn:aws:iam::000000000000:root");
            (caller.Region, caller.Service).ShouldBe(("us-east-1", "ecs"));
        }
    }

    [Theory]
    [InlineData("/ws?agentHash=x&clusterArn=arn%3Aaws%3Aecs%3Aus-east-1%3A0%3Acluster%2Fdefault&sendCredentials=true&empty=&empty")]
    [InlineData("/a%20b/c%2Fd?x=%C3%A4+%2B")]
    public void Agrees_with_our_signer_on_paths_and_queries(string target)
    {
        var request = Signed([], target: target);

        Verifier(Noon).Verify(request).Service.ShouldBe("ecs");
    }

    [Fact]
    public void Refuses_another_body() => Change(request => (request, "{ }"u8.ToArray())).ShouldBe(SignatureFault.Mismatch);

    [Fact]
    public void Refuses_another_operation() => Change(request =>
    {
        request.Headers["X-Amz-Target"] = "AmazonEC2ContainerServiceV20141113.DeleteCluster";
        return (request, "{}"u8.ToArray());
    }).ShouldBe(SignatureFault.Mismatch);

    [Fact]
    public void Refuses_another_host() => Change(request =>
    {
        request.Headers.Host = "elsewhere";
        return (request, "{}"u8.ToArray());
    }).ShouldBe(SignatureFault.Mismatch);

    [Fact]
    public void Refuses_an_operation_that_is_not_signed()
    {
        var headers = SigV4.SignHeaders(Signer, "us-east-1", "ecs", "POST", new Uri("http://localhost/"), [], "{}"u8, Noon);
        var request = Raw("POST", "/", [("Host", "localhost"), ("X-Amz-Target", "X.Y"), .. headers.Select(header => (header.Key, header.Value))]).Request;
        var verifier = Verifier(Noon);

        Should.Throw<SignatureException>(() => verifier.Verify(verifier.Claim(request), request, "{}"u8))
            .Message.ShouldBe("'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.");
    }

    [Fact]
    public void Refuses_another_secret() =>
        FaultOf(() => Verifier(Noon).Verify(Signed([], Signer with { SecretAccessKey = "wrong" }))).ShouldBe(SignatureFault.Mismatch);

    [Fact]
    public void Does_not_know_a_key_nobody_has() =>
        Should.Throw<SignatureException>(() => Verifier(Noon).Claim(Signed([], Signer with { AccessKeyId = "AKIANOBODY" })))
            .ShouldSatisfyAllConditions(
                refusal => refusal.Fault.ShouldBe(SignatureFault.UnknownKey),
                refusal => refusal.Message.ShouldBe("The security token included in the request is invalid."));

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(-15)]
    public void Accepts_a_clock_within_fifteen_minutes(int minutes) =>
        Verifier(Noon.AddMinutes(minutes)).Verify(Signed([])).Service.ShouldBe("ecs");

    [Fact]
    public void Refuses_what_was_signed_too_long_ago() =>
        Should.Throw<SignatureException>(() => Verifier(Noon.AddMinutes(15).AddSeconds(1)).Claim(Signed([])))
            .Message.ShouldBe("Signature expired: 20260301T120000Z is now earlier than 20260301T120001Z (20260301T121501Z - 15 min.)");

    [Fact]
    public void Refuses_what_was_signed_in_the_future() =>
        Should.Throw<SignatureException>(() => Verifier(Noon.AddMinutes(-15).AddSeconds(-1)).Claim(Signed([])))
            .Message.ShouldBe("Signature not yet current: 20260301T120000Z is still later than 20260301T115959Z (20260301T114459Z + 15 min.)");

    [Theory]
    [InlineData("", SignatureFault.Missing)]
    [InlineData("Basic QVdTOg==", SignatureFault.Missing)]
    [InlineData("AWS4-HMAC-SHA1 x", SignatureFault.Incomplete)]
    [InlineData("AWS4-HMAC-SHA256", SignatureFault.Incomplete)]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/us-east-1/ecs/aws4_request, Signature=00", SignatureFault.Incomplete)]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/ecs/aws4_request, SignedHeaders=host, Signature=00", SignatureFault.Incomplete)]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/us-east-1/ecs/aws5_request, SignedHeaders=host, Signature=00", SignatureFault.Mismatch)]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260302/us-east-1/ecs/aws4_request, SignedHeaders=host, Signature=00", SignatureFault.Mismatch)]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/../ecs/aws4_request, SignedHeaders=host, Signature=00", SignatureFault.Mismatch)]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/us-east-1/ecs/aws4_request, SignedHeaders=host;x-amz-date, Signature=zz", SignatureFault.Mismatch)]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/us-east-1/ecs/aws4_request, SignedHeaders=x-amz-date;host, Signature=00", SignatureFault.Mismatch)]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/us-east-1/ecs/aws4_request, SignedHeaders=, Signature=", SignatureFault.Mismatch)]
    public void Names_what_an_authorization_header_lacks(string authorization, SignatureFault fault)
    {
        var request = Raw("POST", "/", [("Host", "localhost"), ("X-Amz-Date", "20260301T120000Z")]).Request;
        if (authorization.Length > 0)
        {
            request.Headers.Authorization = authorization;
        }

        FaultOf(() => Verifier(Noon).Verify(request)).ShouldBe(fault);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(60, null)]
    [InlineData(61, SignatureFault.Expired)]
    [InlineData(-16 * 60, SignatureFault.WrongTime)]
    public void Accepts_a_presigned_request_as_long_as_it_says(int secondsLater, SignatureFault? fault)
    {
        var request = Presigned("60");
        var verifier = Verifier(Noon.AddSeconds(secondsLater));

        if (fault is null)
        {
            verifier.Verify(request).Service.ShouldBe("sts");
        }
        else
        {
            FaultOf(() => verifier.Verify(request)).ShouldBe(fault.Value);
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("604801")]
    [InlineData("soon")]
    public void Refuses_a_presigned_request_without_a_sound_lifetime(string expires) =>
        FaultOf(() => Verifier(Noon).Verify(Presigned(expires))).ShouldBe(SignatureFault.Incomplete);

    private static Microsoft.AspNetCore.Http.HttpRequest Presigned(string expires)
    {
        var scope = new CredentialScope("20260301", "us-east-1", "sts");
        var query = $"Action=GetCallerIdentity&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={SigV4.Encode($"AKIDEXAMPLE/{scope}")}"
            + $"&X-Amz-Date=20260301T120000Z&X-Amz-Expires={expires}&X-Amz-SignedHeaders=host";
        var canonical = SigV4.CanonicalRequest("GET", "/", SigV4.ParseQuery(query), [new("host", "localhost")], SigV4.EmptyBodyHash);
        var signature = SigV4.Sign(Signer.SecretAccessKey, "20260301T120000Z", scope, canonical);
        return Raw("GET", $"/?{query}&X-Amz-Signature={signature}", ("Host", "localhost")).Request;
    }

    private static SignatureFault Change(Func<Microsoft.AspNetCore.Http.HttpRequest, (Microsoft.AspNetCore.Http.HttpRequest Request, byte[] Body)> change)
    {
        var (request, body) = change(Signed("{}"u8));
        var verifier = Verifier(Noon);
        return FaultOf(() => verifier.Verify(verifier.Claim(request), request, body));
    }
}

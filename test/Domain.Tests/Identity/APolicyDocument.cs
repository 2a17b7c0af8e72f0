namespace Berth.Domain.Tests;

public sealed class APolicyDocument
{
    [Theory]
    [InlineData("""{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}""")]
    [InlineData("""{"Statement":[{"Sid":"a1","Effect":"Deny","NotAction":["iam:*"],"NotResource":["arn:aws:s3:::b"],"Condition":{"Bool":{"aws:SecureTransport":false}}}]}""")]
    public void May_be_short_or_long(string text) => PolicyDocument.Check(text, PolicyKind.Identity);

    [Theory]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::000000000000:root"],"Service":"ecs.amazonaws.com"},"Action":"sts:AssumeRole"}]}""")]
    [InlineData("""{"Version":"2008-10-17","Statement":[{"Sid":"","Effect":"Allow","Principal":"*","Action":["sts:AssumeRole","sts:TagSession"]}]}""")]
    public void May_say_who_assumes_a_role(string text) => PolicyDocument.Check(text, PolicyKind.Trust);

    [Theory]
    [InlineData("", "Syntax errors in policy.")]
    [InlineData("[]", "Syntax errors in policy.")]
    [InlineData("""{"Version":"2012-10-17"}""", "Missing required field Statement")]
    [InlineData("""{"Version":"2020-01-01","Statement":[]}""", "The policy must contain a valid version string")]
    [InlineData("""{"Statement":[]}""", "Syntax errors in policy.")]
    [InlineData("""{"Statement":[{"Action":"*","Resource":"*"}]}""", "Missing required field Effect")]
    [InlineData("""{"Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}""", "Invalid effect: allow")]
    [InlineData("""{"Statement":[{"Effect":"Allow","Resource":"*"}]}""", "Missing required field Action")]
    [InlineData("""{"Statement":[{"Effect":"Allow","Action":"*"}]}""", "Missing required field Resource")]
    [InlineData("""{"Statement":[{"Effect":"Allow","Action":"read","Resource":"*"}]}""", "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")]
    [InlineData("""{"Statement":[{"Effect":"Allow","Action":"*","Resource":"bucket"}]}""", "Resource bucket must be in ARN format or \"*\".")]
    [InlineData("""{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Princpal":"*"}]}""", "Syntax errors in policy.")]
    [InlineData("""{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}]}""", "Has prohibited field Principal")]
    public void Is_refused_with_a_word_on_what_is_wrong(string text, string why)
    {
        var refused = Should.Throw<RefusedException>(() => PolicyDocument.Check(text, PolicyKind.Identity));

        refused.Code.ShouldBe("MalformedPolicyDocument");
        refused.Message.ShouldBe(why);
    }

    [Theory]
    [InlineData("""{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}""", "Missing required field Principal")]
    [InlineData("""{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}]}""", "Has prohibited field Resource")]
    [InlineData("""{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"}]}""", "AssumeRole policy may only specify STS AssumeRole actions.")]
    public void That_should_say_who_assumes_a_role_must_do_so(string text, string why) =>
        Should.Throw<RefusedException>(() => PolicyDocument.Check(text, PolicyKind.Trust)).Message.ShouldBe(why);
}

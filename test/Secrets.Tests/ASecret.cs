using System.Text.Json;

namespace Berth.Secrets.Tests;

public sealed class ASecret
{
    private const string First = "11111111-1111-1111-1111-111111111111", Second = "22222222-2222-2222-2222-222222222222";

    [Fact]
    public async Task Is_found_by_name_by_its_arn_and_by_its_arn_without_the_last_six_characters()
    {
        await using var server = await World.StartAsync();
        var created = await server.CallAsync("CreateSecret", """{"Name":"app/db","SecretString":"swordfish"}""");
        var arn = created.Text("ARN");
        await server.CallAsync("CreateSecret", """{"Name":"app/db-AbCdEf","SecretString":"another"}""");

        arn.ShouldMatch("^arn:aws:secretsmanager:us-east-1:000000000000:secret:app/db-[A-Za-z0-9]{6}$");
        foreach (var id in new[] { "app/db", arn, arn[..^7] })
        {
            var read = await server.CallAsync("GetSecretValue", $$"""{"SecretId":"{{id}}"}""");
            read.Text("SecretString").ShouldBe("swordfish");
            read.Text("VersionId").ShouldBe(created.Text("VersionId"));
            read.Texts("VersionStages").ShouldBe(["AWSCURRENT"]);
        }

        (await server.RefusedAsync("GetSecretValue", $$"""{"SecretId":"{{arn[..^6]}}zzzzzz"}""")).ShouldBe(("ResourceNotFoundException", "Secrets Manager can't find the specified secret."));
        (await server.RefusedAsync("GetSecretValue", """{"SecretId":"none"}""")).Code.ShouldBe("ResourceNotFoundException");
        (await server.RefusedAsync("CreateSecret", """{"Name":"app/db","SecretString":"x"}""")).Code.ShouldBe("ResourceExistsException");
        (await server.CallAsync("ListSecrets", "{}", "eu-west-1")).Texts("SecretList").ShouldBeEmpty();
    }

    [Fact]
    public async Task Has_a_current_and_a_previous_version_and_any_by_its_id()
    {
        await using var server = await World.StartAsync();
        await server.CallAsync("CreateSecret", $$"""{"Name":"a","SecretString":"one","ClientRequestToken":"{{First}}"}""");
        (await server.CallAsync("PutSecretValue", $$"""{"SecretId":"a","SecretString":"two","ClientRequestToken":"{{Second}}"}""")).Texts("VersionStages").ShouldBe(["AWSCURRENT"]);

        async Task<string> Read(string rest) => (await server.CallAsync("GetSecretValue", $$"""{"SecretId":"a"{{rest}}}""")).Text("SecretString");
        (await Read("")).ShouldBe("two");
        (await Read(""","VersionStage":"AWSPREVIOUS" """)).ShouldBe("one");
        (await Read($""","VersionId":"{First}" """)).ShouldBe("one");
        (await server.RefusedAsync("GetSecretValue", $$"""{"SecretId":"a","VersionId":"{{First}}","VersionStage":"AWSCURRENT"}""")).Code.ShouldBe("InvalidRequestException");

        await server.CallAsync("UpdateSecretVersionStage", $$"""{"SecretId":"a","VersionStage":"AWSCURRENT","RemoveFromVersionId":"{{Second}}","MoveToVersionId":"{{First}}"}""");
        (await Read("")).ShouldBe("one");
        (await Read(""","VersionStage":"AWSPREVIOUS" """)).ShouldBe("two");
        await server.CallAsync("UpdateSecret", """{"SecretId":"a","SecretString":"three","Description":"of tests"}""");
        var described = await server.CallAsync("DescribeSecret", """{"SecretId":"a"}""");
        described.Text("Description").ShouldBe("of tests");
        described.GetProperty("VersionIdsToStages").EnumerateObject().Select(version => string.Join(' ', version.Value.EnumerateArray())).ShouldBe(["AWSPREVIOUS", "AWSCURRENT"], ignoreOrder: true);
        (await server.CallAsync("ListSecretVersionIds", """{"SecretId":"a"}""")).Texts("Versions").Length.ShouldBe(2);
        (await server.CallAsync("ListSecretVersionIds", """{"SecretId":"a","IncludeDeprecated":true}""")).Texts("Versions").Length.ShouldBe(3);
    }

    [Fact]
    public async Task Takes_a_token_twice_for_the_same_value_only()
    {
        await using var server = await World.StartAsync();
        var create = $$"""{"Name":"a","SecretString":"one","ClientRequestToken":"{{First}}"}""";
        var created = await server.CallAsync("CreateSecret", create);
        (await server.CallAsync("CreateSecret", create)).Text("ARN").ShouldBe(created.Text("ARN"));
        (await server.RefusedAsync("CreateSecret", create.Replace("one", "two"))).Code.ShouldBe("ResourceExistsException");

        var put = $$"""{"SecretId":"a","SecretString":"two","ClientRequestToken":"{{Second}}"}""";
        await server.CallAsync("PutSecretValue", put);
        await server.CallAsync("PutSecretValue", put);
        var (code, message) = await server.RefusedAsync("PutSecretValue", put.Replace("two", "swordfish"));
        code.ShouldBe("ResourceExistsException");
        message.ShouldNotContain("swordfish");
        (await server.CallAsync("ListSecretVersionIds", """{"SecretId":"a","IncludeDeprecated":true}""")).Texts("Versions").Length.ShouldBe(2);
    }

    [Fact]
    public async Task That_is_marked_for_deletion_is_kept_from_use_until_it_is_restored()
    {
        await using var server = await World.StartAsync();
        await server.CallAsync("CreateSecret", """{"Name":"a","SecretBinary":"AQID"}""");
        var deleted = await server.CallAsync("DeleteSecret", """{"SecretId":"a","RecoveryWindowInDays":7}""");

        DateTimeOffset.FromUnixTimeSeconds((long)deleted.GetProperty("DeletionDate").GetDouble()).ShouldBe(DateTimeOffset.UtcNow.AddDays(7), TimeSpan.FromMinutes(1));
        (await server.RefusedAsync("GetSecretValue", """{"SecretId":"a"}""")).Code.ShouldBe("InvalidRequestException");
        (await server.RefusedAsync("CreateSecret", """{"Name":"a"}""")).Code.ShouldBe("InvalidRequestException");
        (await server.CallAsync("DescribeSecret", """{"SecretId":"a"}""")).TryGetProperty("DeletedDate", out _).ShouldBeTrue();
        (await server.CallAsync("ListSecrets", "{}")).Texts("SecretList").ShouldBeEmpty();
        (await server.CallAsync("ListSecrets", """{"IncludePlannedDeletion":true}""")).Texts("SecretList", "Name").ShouldBe(["a"]);
        await server.CallAsync("RestoreSecret", """{"SecretId":"a"}""");
        (await server.CallAsync("GetSecretValue", """{"SecretId":"a"}""")).Text("SecretBinary").ShouldBe("AQID");
        await server.CallAsync("DeleteSecret", """{"SecretId":"a","ForceDeleteWithoutRecovery":true}""");
        (await server.RefusedAsync("DescribeSecret", """{"SecretId":"a"}""")).Code.ShouldBe("ResourceNotFoundException");
        await server.CallAsync("CreateSecret", """{"Name":"a"}""");
        (await server.RefusedAsync("GetSecretValue", """{"SecretId":"a"}""")).ShouldBe(("ResourceNotFoundException", "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"));
    }

    [Fact]
    public async Task Is_listed_by_its_name_its_tags_and_page_by_page()
    {
        await using var server = await World.StartAsync();
        foreach (var name in new[] { "web/one", "web/two", "other" })
        {
            await server.CallAsync("CreateSecret", $$"""{"Name":"{{name}}","Tags":[{"Key":"of","Value":"{{name}}"}]}""");
        }

        (await server.CallAsync("ListSecrets", """{"Filters":[{"Key":"name","Values":["web/"]}],"SortOrder":"asc"}""")).Texts("SecretList", "Name").ShouldBe(["web/one", "web/two"]);
        (await server.CallAsync("ListSecrets", """{"Filters":[{"Key":"name","Values":["!web/"]}]}""")).Texts("SecretList", "Name").ShouldBe(["other"]);
        (await server.CallAsync("ListSecrets", """{"Filters":[{"Key":"tag-value","Values":["web/t"]}]}""")).Texts("SecretList", "Name").ShouldBe(["web/two"]);
        List<string> seen = [];
        string? token = null;
        do
        {
            var page = await server.CallAsync("ListSecrets", $$"""{"MaxResults":2{{(token is null ? "" : $",\"NextToken\":\"{token}\"")}}}""");
            seen.AddRange(page.Texts("SecretList", "Name"));
            token = page.TryGetProperty("NextToken", out var next) ? next.GetString() : null;
        }
        while (token is not null);

        seen.ShouldBe(["other", "web/two", "web/one"]);
        await server.CallAsync("TagResource", """{"SecretId":"other","Tags":[{"Key":"more","Value":"x"}]}""");
        await server.CallAsync("UntagResource", """{"SecretId":"other","TagKeys":["of"]}""");
        JsonSerializer.Serialize((await server.CallAsync("DescribeSecret", """{"SecretId":"other"}""")).GetProperty("Tags")).ShouldBe("""[{"Key":"more","Value":"x"}]""");
        (await server.RefusedAsync("ListSecrets", """{"NextToken":"?"}""")).Code.ShouldBe("InvalidNextTokenException");
    }
}

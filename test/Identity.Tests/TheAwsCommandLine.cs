using System.Text.Json;
using Berth.Testing;

namespace Berth.Identity.Tests;

/// <summary>The unmodified AWS command line makes a role, becomes it, and reads its policies.</summary>
public sealed class TheAwsCommandLine
{
    [Fact]
    public async Task Makes_a_role_and_becomes_it()
    {
        await using var server = await World.StartAsync();
        var (code, created, error) = await server.AwsAsync(server.Root, "iam", "create-role", "--role-name", "web", "--assume-role-policy-document", World.Trust);
        code.ShouldBe(0, error);

        var (_, assumed, _) = await server.AwsAsync(server.Root, "sts", "assume-role", "--role-arn", "arn:aws:iam::000000000000:role/web", "--role-session-name", "deploy");
        var keys = JsonElement.Parse(assumed).GetProperty("Credentials");
        string Key(string name) => keys.GetProperty(name).GetString()!;
        var (_, who, _) = await server.AwsAsync(new(Key("AccessKeyId"), Key("SecretAccessKey"), Key("SessionToken")), "sts", "get-caller-identity");

        // The command line decodes documents.
        JsonElement.Parse(created).GetProperty("Role").GetProperty("AssumeRolePolicyDocument").GetProperty("Statement")[0].GetProperty("Effect").GetString().ShouldBe("Allow");
        JsonElement.Parse(who).GetProperty("Arn").GetString().ShouldBe("arn:aws:sts::000000000000:assumed-role/web/deploy");
        (await server.AwsAsync(server.Root, "iam", "get-role", "--role-name", "none")).Error.ShouldContain(
            "(NoSuchEntity) when calling the GetRole operation: The role with name none cannot be found.");
    }
}

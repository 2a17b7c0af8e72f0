using Berth.Testing;

namespace Berth.Identity.Tests;

public sealed class Policies
{
    private const string Arn = "arn:aws:iam::000000000000:policy/read";

    [Fact]
    public async Task Of_a_role_come_back_as_they_were_put()
    {
        await using var server = await World.StartAsync();
        await server.CreateRoleAsync();
        await server.CallAsync("PutRolePolicy", ("RoleName", "web"), ("PolicyName", "own"), ("PolicyDocument", World.Policy));

        Uri.UnescapeDataString((await server.CallAsync("GetRolePolicy", ("RoleName", "web"), ("PolicyName", "own"))).Text("PolicyDocument")).ShouldBe(World.Policy);
        (await server.CallAsync("ListRolePolicies", ("RoleName", "web"))).Items("PolicyNames").Single().Value.ShouldBe("own");
        (await server.ErrorAsync("GetRolePolicy", ("RoleName", "web"), ("PolicyName", "other"))).ShouldBe((404, "NoSuchEntity", "The role policy with name other cannot be found."));
        (await server.ErrorAsync("PutRolePolicy", ("RoleName", "web"), ("PolicyName", "own"), ("PolicyDocument", World.Trust))).ShouldBe((400, "MalformedPolicyDocument", "Has prohibited field Principal"));
    }

    [Fact]
    public async Task Have_versions_of_which_one_counts()
    {
        await using var server = await World.StartAsync();
        var created = await server.CallAsync("CreatePolicy", ("PolicyName", "read"), ("PolicyDocument", World.Policy));
        created.Text("Arn").ShouldBe(Arn);
        created.Text("DefaultVersionId").ShouldBe("v1");
        var second = World.Policy.Replace("GetObject", "*", StringComparison.Ordinal);

        (await server.CallAsync("CreatePolicyVersion", ("PolicyArn", Arn), ("PolicyDocument", second), ("SetAsDefault", "true"))).Text("VersionId").ShouldBe("v2");

        (await server.CallAsync("GetPolicy", ("PolicyArn", Arn))).Text("DefaultVersionId").ShouldBe("v2");
        Uri.UnescapeDataString((await server.CallAsync("GetPolicyVersion", ("PolicyArn", Arn), ("VersionId", "v2"))).Text("Document")).ShouldBe(second);
        (await server.CallAsync("ListPolicyVersions", ("PolicyArn", Arn))).All("VersionId").Select(id => id.Value).ShouldBe(["v1", "v2"]);
        (await server.ErrorAsync("DeletePolicyVersion", ("PolicyArn", Arn), ("VersionId", "v2"))).ShouldBe((409, "DeleteConflict", "Cannot delete the default version of a policy."));
        (await server.ErrorAsync("DeletePolicy", ("PolicyArn", Arn))).Code.ShouldBe("DeleteConflict");
        await server.CallAsync("SetDefaultPolicyVersion", ("PolicyArn", Arn), ("VersionId", "v1"));
        await server.CallAsync("DeletePolicyVersion", ("PolicyArn", Arn), ("VersionId", "v2"));
        (await server.CallAsync("CreatePolicyVersion", ("PolicyArn", Arn), ("PolicyDocument", second))).Text("VersionId").ShouldBe("v3");
    }

    [Fact]
    public async Task Count_what_they_are_attached_to()
    {
        await using var server = await World.StartAsync();
        await server.CreateRoleAsync();
        await server.CallAsync("CreatePolicy", ("PolicyName", "read"), ("PolicyDocument", World.Policy));
        await server.CallAsync("AttachRolePolicy", ("RoleName", "web"), ("PolicyArn", Arn));
        await server.CallAsync("AttachRolePolicy", ("RoleName", "web"), ("PolicyArn", Arn));

        (await server.CallAsync("GetPolicy", ("PolicyArn", Arn))).Text("AttachmentCount").ShouldBe("1");
        (await server.CallAsync("ListEntitiesForPolicy", ("PolicyArn", Arn))).Items("PolicyRoles").Single().Text("RoleName").ShouldBe("web");
        (await server.CallAsync("ListPolicies", ("OnlyAttached", "true"))).All("PolicyName").Single().Value.ShouldBe("read");
        (await server.ErrorAsync("DeletePolicy", ("PolicyArn", Arn))).ShouldBe((409, "DeleteConflict", "Cannot delete a policy attached to entities."));
        await server.CallAsync("DetachRolePolicy", ("RoleName", "web"), ("PolicyArn", Arn));
        await server.CallAsync("DeletePolicy", ("PolicyArn", Arn));
        (await server.ErrorAsync("GetPolicy", ("PolicyArn", Arn))).ShouldBe((404, "NoSuchEntity", $"Policy {Arn} was not found."));
    }

    [Theory]
    [InlineData("service-role/AmazonECSTaskExecutionRolePolicy")]
    [InlineData("service-role/AmazonEC2ContainerServiceforEC2Role")]
    [InlineData("service-role/AmazonEC2ContainerServiceRole")]
    [InlineData("service-role/AmazonEC2ContainerServiceEventsRole")]
    [InlineData("AmazonSSMManagedInstanceCore")]
    [InlineData("CloudWatchAgentServerPolicy")]
    [InlineData("CloudWatchLogsFullAccess")]
    [InlineData("AmazonEC2ContainerRegistryReadOnly")]
    [InlineData("AdministratorAccess")]
    public async Task Of_aws_are_there_from_the_start(string name)
    {
        await using var server = await World.StartAsync();
        var arn = $"arn:aws:iam::aws:policy/{name}";

        var policy = await server.CallAsync("GetPolicy", ("PolicyArn", arn));
        var document = (await server.CallAsync("GetPolicyVersion", ("PolicyArn", arn), ("VersionId", policy.Text("DefaultVersionId")))).Text("Document");

        Domain.PolicyDocument.Check(Uri.UnescapeDataString(document), Domain.PolicyKind.Identity);
        (await server.ErrorAsync("DeletePolicy", ("PolicyArn", arn))).Code.ShouldBe("AccessDenied");
    }

    [Fact]
    public async Task That_do_not_exist_cannot_be_attached()
    {
        await using var server = await World.StartAsync();
        await server.CreateRoleAsync();

        foreach (var arn in new[] { "arn:aws:iam::aws:policy/NoSuchPolicy", Arn })
        {
            (await server.ErrorAsync("AttachRolePolicy", ("RoleName", "web"), ("PolicyArn", arn)))
                .ShouldBe((404, "NoSuchEntity", $"Policy {arn} does not exist or is not attachable."));
        }
    }
}

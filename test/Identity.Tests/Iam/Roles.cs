using Berth.Testing;

namespace Berth.Identity.Tests;

public sealed class Roles
{
    [Fact]
    public async Task Are_told_as_they_were_created()
    {
        await using var server = await World.StartAsync();
        await server.CallAsync("CreateRole", ("RoleName", "web"), ("Path", "/team/"), ("AssumeRolePolicyDocument", World.Trust), ("Description", "runs the web"),
            ("MaxSessionDuration", 7200), ("PermissionsBoundary", "arn:aws:iam::aws:policy/AdministratorAccess"), ("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "blue"));

        var role = await server.CallAsync("GetRole", ("RoleName", "web"));

        role.Text("Arn").ShouldBe("arn:aws:iam::000000000000:role/team/web");
        role.Text("RoleId").ShouldMatch("^AROA[A-Z2-7]{17}$");
        Uri.UnescapeDataString(role.Text("AssumeRolePolicyDocument")).ShouldBe(World.Trust);
        role.Text("AssumeRolePolicyDocument").ShouldStartWith("%7B%22Version%22%3A%222012-10-17%22");
        role.Text("Description").ShouldBe("runs the web");
        role.Text("MaxSessionDuration").ShouldBe("7200");
        role.Text("PermissionsBoundaryArn").ShouldBe("arn:aws:iam::aws:policy/AdministratorAccess");
        role.Text("Key").ShouldBe("team");
    }

    [Fact]
    public async Task Outlive_a_restart_and_end_with_a_reset()
    {
        var before = await World.StartAsync();
        await before.CreateRoleAsync();
        await before.CallAsync("AttachRolePolicy", ("RoleName", "web"), ("PolicyArn", World.Execution));

        await using var server = await World.StartAsync(directory: await before.StopAsync());

        (await server.CallAsync("ListAttachedRolePolicies", ("RoleName", "web"))).Text("PolicyName").ShouldBe("AmazonECSTaskExecutionRolePolicy");
        await server.ResetAsync();
        (await server.ErrorAsync("GetRole", ("RoleName", "web"))).ShouldBe((404, "NoSuchEntity", "The role with name web cannot be found."));
    }

    [Fact]
    public async Task Have_names_that_differ_in_more_than_their_case()
    {
        await using var server = await World.StartAsync();
        await server.CreateRoleAsync();

        var (status, code, message) = await server.ErrorAsync("CreateRole", ("RoleName", "WEB"), ("AssumeRolePolicyDocument", World.Trust));

        (status, code, message).ShouldBe((409, "EntityAlreadyExists", "Role with name WEB already exists."));
        (await server.ErrorAsync("CreateRole", ("RoleName", "a b"), ("AssumeRolePolicyDocument", World.Trust))).Code.ShouldBe("ValidationError");
        (await server.ErrorAsync("CreateRole", ("RoleName", "other"))).Message.ShouldContain("assumeRolePolicyDocument");
        (await server.ErrorAsync("CreateRole", ("RoleName", "other"), ("AssumeRolePolicyDocument", "{}"))).ShouldBe((400, "MalformedPolicyDocument", "Syntax errors in policy."));
    }

    [Fact]
    public async Task Are_changed_member_by_member()
    {
        await using var server = await World.StartAsync();
        await server.CreateRoleAsync();
        var trust = World.Trust.Replace("ecs-tasks", "ec2", StringComparison.Ordinal);

        await server.CallAsync("UpdateRole", ("RoleName", "web"), ("MaxSessionDuration", 3601));
        await server.CallAsync("UpdateRoleDescription", ("RoleName", "web"), ("Description", "new"));
        await server.CallAsync("UpdateRole", ("RoleName", "web"), ("MaxSessionDuration", 3602));
        await server.CallAsync("UpdateAssumeRolePolicy", ("RoleName", "web"), ("PolicyDocument", trust));
        await server.CallAsync("TagRole", ("RoleName", "web"), ("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "1"), ("Tags.member.2.Key", "b"), ("Tags.member.2.Value", ""));
        await server.CallAsync("UntagRole", ("RoleName", "web"), ("TagKeys.member.1", "a"));
        await server.CallAsync("PutRolePermissionsBoundary", ("RoleName", "web"), ("PermissionsBoundary", "arn:aws:iam::aws:policy/PowerUserAccess"));
        await server.CallAsync("DeleteRolePermissionsBoundary", ("RoleName", "web"));

        var role = await server.CallAsync("GetRole", ("RoleName", "web"));
        role.Text("Description").ShouldBe("new");
        role.Text("MaxSessionDuration").ShouldBe("3602");
        Uri.UnescapeDataString(role.Text("AssumeRolePolicyDocument")).ShouldBe(trust);
        role.Has("PermissionsBoundary").ShouldBeFalse();
        (await server.CallAsync("ListRoleTags", ("RoleName", "web"))).Text("Key").ShouldBe("b");
    }

    [Fact]
    public async Task Go_only_when_nothing_hangs_on_them()
    {
        await using var server = await World.StartAsync();
        await server.CreateRoleAsync();
        await server.CallAsync("PutRolePolicy", ("RoleName", "web"), ("PolicyName", "own"), ("PolicyDocument", World.Policy));
        await server.CallAsync("AttachRolePolicy", ("RoleName", "web"), ("PolicyArn", World.Execution));
        await server.CallAsync("CreateInstanceProfile", ("InstanceProfileName", "web"));
        await server.CallAsync("AddRoleToInstanceProfile", ("InstanceProfileName", "web"), ("RoleName", "web"));
        (await server.CallAsync("ListInstanceProfilesForRole", ("RoleName", "web"))).Text("InstanceProfileName").ShouldBe("web");
        (await server.CallAsync("GetInstanceProfile", ("InstanceProfileName", "web"))).Items("Roles").Single().Text("RoleName").ShouldBe("web");

        (await server.ErrorAsync("DeleteRole", ("RoleName", "web"))).ShouldBe((409, "DeleteConflict", "Cannot delete entity, must remove roles from instance profile first."));
        (await server.ErrorAsync("DeleteInstanceProfile", ("InstanceProfileName", "web"))).Status.ShouldBe(409);
        await server.CallAsync("RemoveRoleFromInstanceProfile", ("InstanceProfileName", "web"), ("RoleName", "web"));
        await server.CallAsync("DeleteInstanceProfile", ("InstanceProfileName", "web"));
        (await server.ErrorAsync("DeleteRole", ("RoleName", "web"))).Message.ShouldBe("Cannot delete entity, must detach all policies first.");
        await server.CallAsync("DetachRolePolicy", ("RoleName", "web"), ("PolicyArn", World.Execution));
        (await server.ErrorAsync("DeleteRole", ("RoleName", "web"))).Message.ShouldBe("Cannot delete entity, must delete policies first.");
        await server.CallAsync("DeleteRolePolicy", ("RoleName", "web"), ("PolicyName", "own"));
        await server.CallAsync("DeleteRole", ("RoleName", "web"));
        (await server.ErrorAsync("DeleteRole", ("RoleName", "web"))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Are_listed_page_by_page()
    {
        await using var server = await World.StartAsync();
        foreach (var name in new[] { "b", "A", "c" })
        {
            await server.CreateRoleAsync(name);
        }

        var first = await server.CallAsync("ListRoles", ("MaxItems", 2));
        var second = await server.CallAsync("ListRoles", ("MaxItems", 2), ("Marker", first.Text("Marker")));

        first.All("RoleName").Select(name => name.Value).ShouldBe(["A", "b"]);
        first.Text("IsTruncated").ShouldBe("true");
        second.All("RoleName").Select(name => name.Value).ShouldBe(["c"]);
        second.Text("IsTruncated").ShouldBe("false");
        second.Has("Marker").ShouldBeFalse();
    }

    [Fact]
    public async Task Of_services_are_the_services_own()
    {
        await using var server = await World.StartAsync();
        var role = await server.CallAsync("CreateServiceLinkedRole", ("AWSServiceName", "ecs.amazonaws.com"));

        role.Text("Arn").ShouldBe("arn:aws:iam::000000000000:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS");
        (await server.ErrorAsync("CreateServiceLinkedRole", ("AWSServiceName", "ecs.amazonaws.com"))).Message.ShouldContain("has been taken in this account");
        (await server.ErrorAsync("DeleteRole", ("RoleName", "AWSServiceRoleForECS"))).Code.ShouldBe("UnmodifiableEntity");
        (await server.ErrorAsync("AttachRolePolicy", ("RoleName", "AWSServiceRoleForECS"), ("PolicyArn", World.Execution))).Code.ShouldBe("UnmodifiableEntity");
        var task = (await server.CallAsync("DeleteServiceLinkedRole", ("RoleName", "AWSServiceRoleForECS"))).Text("DeletionTaskId");
        (await server.CallAsync("GetServiceLinkedRoleDeletionStatus", ("DeletionTaskId", task))).Text("Status").ShouldBe("SUCCEEDED");
        (await server.ErrorAsync("GetServiceLinkedRoleDeletionStatus", ("DeletionTaskId", "task/none"))).Status.ShouldBe(404);
    }
}

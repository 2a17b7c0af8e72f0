namespace Berth.Conformance.Tests;

/// <summary>
/// Goal: an unmodified Terraform with its AWS provider builds, changes and removes what real stacks have around ECS, and
/// never sees a difference that nobody made. Method: apply, plan, change, plan, destroy, against a server of its own.
/// </summary>
public sealed class Terraform
{
    [Fact]
    public async Task Keeps_a_service_with_all_that_is_around_it()
    {
        await using var server = await BerthServer.StartAsync();
        await using var stack = await TerraformStack.InitializeAsync("Service", server.Endpoint, server.Root);

        await stack.ApplyAsync();
        (await stack.ListAsync()).ShouldContain("aws_ecs_service.web");
        await stack.ShouldHaveNothingToDoAsync();

        string[] changed = ["image_tag=2", "desired_count=2", "retention_in_days=14", "target_capacity=80"];
        await stack.ApplyAsync(changed);
        await stack.ShouldHaveNothingToDoAsync(changed);

        await stack.DestroyAsync(changed);
        (await stack.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Keeps_a_network_of_its_own()
    {
        await using var server = await BerthServer.StartAsync();
        await using var stack = await TerraformStack.InitializeAsync("Network", server.Endpoint, server.Root);

        await stack.ApplyAsync();
        await stack.ShouldHaveNothingToDoAsync();
        await stack.ApplyAsync("public=true");
        await stack.ShouldHaveNothingToDoAsync("public=true");

        await stack.DestroyAsync();
        (await stack.ListAsync()).ShouldBeEmpty();
    }
}

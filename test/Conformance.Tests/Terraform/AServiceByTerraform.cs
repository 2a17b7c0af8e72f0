namespace Berth.Conformance.Tests;

/// <summary>
/// Goal: an unmodified Terraform with its AWS provider builds, changes and removes a service with all that real stacks have
/// around it, and never sees a difference that nobody made. Method: apply, plan, change, plan, destroy, against a server of
/// its own.
/// </summary>
public sealed class AServiceByTerraform
{
    [Fact]
    public async Task Is_kept_with_all_that_is_around_it()
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
}

namespace Berth.Conformance.Tests;

/// <summary>The same of a network that a stack brings along.</summary>
public sealed class ANetworkByTerraform
{
    [Fact]
    public async Task Is_kept_and_changed()
    {
        await using var server = await BerthServer.StartAsync();
        await using var stack = await TerraformStack.InitializeAsync("Network", server.Endpoint, server.Root);

        await stack.ApplyAsync();
        await stack.ShouldHaveNothingToDoAsync();
        await stack.ApplyAsync("public=true");
        await stack.ShouldHaveNothingToDoAsync("public=true");

        await stack.DestroyAsync("public=true");
        (await stack.ListAsync()).ShouldBeEmpty();
    }
}

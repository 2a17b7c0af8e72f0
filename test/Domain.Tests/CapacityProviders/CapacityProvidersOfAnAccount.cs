using System.Text.Json;

namespace Berth.Domain.Tests;

public sealed class CapacityProvidersOfAnAccount
{
    private readonly AccountAggregate account = new("000000000000", "us-east-1");

    [Fact]
    public void Are_created_once_and_created_again_after_their_end()
    {
        Do(new CreateCapacityProviderCommand(Draft("spare")));
        Should.Throw<RefusedException>(() => Do(new CreateCapacityProviderCommand(Draft("spare", group: "arn:2")))).Message.ShouldContain("already exists");
        Should.Throw<RefusedException>(() => Do(new CreateCapacityProviderCommand(Draft("other")))).Message.ShouldContain("already being used");
        Do(new DeleteCapacityProviderCommand("spare", [])).IsActive.ShouldBeFalse();
        Do(new DeleteCapacityProviderCommand("spare", [])).Update.ShouldBe(CapacityProviderUpdate.DeleteComplete);

        Do(new CreateCapacityProviderCommand(Draft("spare"))).IsActive.ShouldBeTrue();
    }

    [Fact]
    public void Are_not_deleted_while_a_cluster_may_use_them()
    {
        Do(new CreateCapacityProviderCommand(Draft("spare")));
        Do(new AssociateCapacityProvidersCommand("blue", ["FARGATE", "spare"])).ShouldBe([new("FARGATE", "FARGATE"), new("spare", "EC2")]);
        Should.Throw<RefusedException>(() => Do(new DeleteCapacityProviderCommand("spare", [])));

        Do(new DeleteCapacityProviderCommand("spare", ["blue"])).IsActive.ShouldBeFalse();
    }

    [Fact]
    public void Are_free_again_when_their_cluster_is_gone()
    {
        Do(new RegisterClusterCommand("blue"));
        Do(new CreateCapacityProviderCommand(Draft("spare")));
        Do(new AssociateCapacityProvidersCommand("blue", ["spare"]));
        Do(new RemoveClusterCommand("blue"));

        Do(new DeleteCapacityProviderCommand("spare", [])).IsActive.ShouldBeFalse();
    }

    [Fact]
    public void Serve_one_cluster_with_managed_scaling_and_several_without()
    {
        Do(new CreateCapacityProviderCommand(Draft("managed", "arn:1") with { HasManagedScaling = true }));
        Do(new CreateCapacityProviderCommand(Draft("plain", "arn:2")));
        Do(new AssociateCapacityProvidersCommand("blue", ["managed", "plain"]));

        Do(new AssociateCapacityProvidersCommand("green", ["plain"]));
        Should.Throw<RefusedException>(() => Do(new AssociateCapacityProvidersCommand("green", ["managed"])));
    }

    [Fact]
    public void Keep_only_the_most_recent_ends()
    {
        for (var at = 0; at < 150; at++)
        {
            Do(new CreateCapacityProviderCommand(Draft($"p{at:d3}", $"arn:{at}")));
            Do(new DeleteCapacityProviderCommand($"p{at:d3}", []));
        }

        account.State.CapacityProviders.Count.ShouldBe(100);
        account.State.CapacityProviders.ShouldContainKey("p149");
    }

    private static CapacityProvider Draft(string name, string group = "arn:1") => new()
    {
        Name = name,
        Kind = CapacityProviderKind.Ec2AutoScaling,
        AutoScalingGroupArn = group,
        Settings = JsonElement.Parse("{}"),
    };

    private T Do<T>(Command<AccountAggregate, T> command)
    {
        var result = command.Decide(account, new(new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), null!));    // These decisions take no ids.
        account.TakeRecorded();
        return result;
    }
}

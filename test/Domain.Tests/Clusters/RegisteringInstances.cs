namespace Berth.Domain.Tests;

public sealed class RegisteringInstances
{
    private readonly ClusterScene scene = new();

    [Fact]
    public void Is_done_once_for_one_client_token_also_after_a_restart()
    {
        var first = Register().Id;

        Register().Id.ShouldBe(first);
        scene.Cluster.Restore(scene.State);
        Register().Id.ShouldBe(first);
        scene.State.ContainerInstances.Count.ShouldBe(1);
    }

    [Fact]
    public void Answers_no_instance_that_has_left()
    {
        var first = Register().Id;
        scene.Do(new DeregisterContainerInstanceCommand(first, Force: false));

        var second = Register();

        second.Id.ShouldNotBe(first);
        second.Status.ShouldBe(ContainerInstanceStatus.Active);
        scene.Wait(TimeSpan.FromHours(2));
        scene.State.ContainerInstances.Keys.ShouldBe([second.Id]);
        Register().Id.ShouldBe(second.Id);
    }

    [Fact]
    public void Keeps_their_ids_in_order_for_lists()
    {
        for (var more = 0; more < 5; more++)
        {
            scene.Instance();
        }

        scene.Do(new DeregisterContainerInstanceCommand(scene.State.InstanceIds.First(), Force: false));
        scene.Wait(TimeSpan.FromHours(2));

        scene.State.InstanceIds.ShouldBe(scene.State.ContainerInstances.Keys);
        scene.State.InstanceIds.Count.ShouldBe(4);
        scene.Cluster.Restore(scene.State with { InstanceIds = SortedIdSet.Empty });
        scene.State.InstanceIds.ShouldBe(scene.State.ContainerInstances.Keys);
    }

    private ContainerInstance Register() => scene.Do(new RegisterContainerInstanceCommand(null, null, "127.0.0.1", new(1000, 1000, [], []), [], [], "token"));
}

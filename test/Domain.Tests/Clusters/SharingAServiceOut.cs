namespace Berth.Domain.Tests;

public sealed class SharingAServiceOut
{
    private readonly ClusterScene scene = new();

    public SharingAServiceOut()
    {
        scene.Do(new PutClusterCapacityProvidersCommand([new("own", "EC2"), new("spot", "EC2")], []));
        Instance("own");
        Instance("spot");
    }

    [Fact]
    public void Fills_the_base_first_and_then_goes_by_weight()
    {
        Create(desired: 2);
        Counts().ShouldBe((2, 0));

        Scale(8);

        Counts().ShouldBe((4, 4));    // 2 + 2 × 1, 2 × 2: of six beyond the base, one in three and two in three.
    }

    [Fact]
    public void Counts_what_is_there_when_a_task_is_replaced()
    {
        Create(desired: 8);
        scene.RunAll();
        Counts().ShouldBe((4, 4));

        foreach (var task in scene.Tasks().Where(task => task.CapacityProviderName == "spot").Take(2))
        {
            scene.Report(task, EcsTaskStatus.Stopped);
        }

        Counts().ShouldBe((4, 4));
    }

    [Fact]
    public void Goes_to_the_providers_own_instances()
    {
        Create(desired: 8);

        scene.Tasks().ShouldAllBe(task => scene.State.ContainerInstances[task.ContainerInstanceId].CapacityProviderName == task.CapacityProviderName);
    }

    [Fact]
    public void Leaves_a_share_unplaced_rather_than_to_give_it_to_another()
    {
        var spot = scene.State.ContainerInstances.Values.Single(instance => instance.CapacityProviderName == "spot").Id;
        scene.Do(new PutAttributesCommand(spot, [new("room", "no")]));
        scene.Do(new UpdateContainerInstancesStateCommand([spot], ContainerInstanceStatus.Draining));
        Instance("spot", cpu: 150);

        Create(desired: 8);

        Counts().ShouldBe((4, 1));
        scene.Messages().ShouldContain(message => message.Contains("unable to place", StringComparison.Ordinal));
        Instance("spot");
        Counts().ShouldBe((4, 4));
    }

    private (int Own, int Spot) Counts() =>
        (scene.Tasks().Count(task => task.CapacityProviderName == "own"), scene.Tasks().Count(task => task.CapacityProviderName == "spot"));

    private void Create(int desired) => scene.Service(settings => settings with
    {
        DesiredCount = desired,
        LaunchType = null,
        CapacityProviderStrategy = [new("own", Weight: 1, Base: 2), new("spot", Weight: 2, Base: 0)],
    });

    private void Scale(int desired) => scene.Do(new UpdateServiceCommand("web", new() { DesiredCount = desired }));

    private void Instance(string provider, int cpu = 2000)
    {
        var id = scene.Do(new RegisterContainerInstanceCommand(null, null, "127.0.0.1", new(cpu, 4000, [], []), [new(AttributeNames.CapacityProvider, provider)], [], null)).Id;
        scene.Do(new ConnectAgentCommand(id, new("1", "berth", "20")));
    }
}

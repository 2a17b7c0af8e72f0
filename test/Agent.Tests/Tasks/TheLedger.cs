namespace Berth.Agent.Tests;

public sealed class TheLedger
{
    [Fact]
    public void Admits_in_the_order_of_asking_and_only_what_fits()
    {
        var ledger = new ResourceLedger(cpuUnits: 100, memoryMiB: 100, reservedPorts: [22]);
        List<string> admitted = [];
        void Ask(string task, int cpu, params string[] ports) => ledger.Request(task, new ResourceShare(cpu, 10, ports), regardless: false, () => admitted.Add(task));

        Ask("a", 60, "80/tcp");
        Ask("b", 60);
        Ask("c", 10); // Would fit, but b was first.
        Ask("d", 1, "80/tcp");
        admitted.ShouldBe(["a"]);
        ledger.Release("b"); // Gives up waiting.
        admitted.ShouldBe(["a", "c"]);
        ledger.Release("a");
        admitted.ShouldBe(["a", "c", "d"]);
        Ask("e", 1, "22/tcp");
        admitted.Count.ShouldBe(3);
    }

    [Fact]
    public void Gives_no_host_port_to_a_task_with_a_network_of_its_own() =>
        ResourceShare.Of(new TaskSpec { NetworkMode = "awsvpc", Containers = [new ContainerSpec { Name = "a", PortMappings = [new() { ContainerPort = 80, HostPort = 80 }] }] }).Ports.ShouldBeEmpty();
}

namespace Berth.Agent.Tests;

public sealed class LosingTheEngine(Engine engine)
{
    [Fact]
    public async Task Is_told_waited_out_and_followed_by_a_look_at_all_containers()
    {
        await using var gate = new EngineGate();
        await using var machine = await Machine.StartAsync(engine, options => options with { DockerHost = gate.Address });
        var (ending, staying, coming) = (machine.TaskOf(Machine.UntilTerm), machine.TaskOf(Machine.UntilTerm), machine.TaskOf(Machine.UntilTerm));
        await machine.Backend.PayloadAsync(ending, staying);
        var ended = (string)(await machine.Backend.ReportAsync((string)ending["arn"]!, "RUNNING"))["containers"]![0]!["runtimeId"]!;
        await machine.Backend.ReportAsync((string)staying["arn"]!, "RUNNING");

        gate.Shut();
        await machine.Backend.UntilAsync(() => RuntimeStatus(machine) == "IMPAIRED");
        await Engine.DockerAsync("kill", ended);
        var message = await machine.Backend.PayloadAsync(coming);
        await machine.Backend.UntilAsync(() => machine.Backend.Acknowledged(message));
        gate.Open();

        (await machine.Backend.ReportAsync((string)ending["arn"]!, "STOPPED"))["containers"]![0]!["exitCode"]!.GetValue<int>().ShouldBe(137);
        await machine.Backend.ReportAsync((string)coming["arn"]!, "RUNNING");
        await machine.Backend.UntilAsync(() => RuntimeStatus(machine) == "OK");
        machine.Backend.Reports((string)staying["arn"]!).Length.ShouldBe(1);
        machine.Running.IsCompleted.ShouldBeFalse();
    }

    private static string? RuntimeStatus(Machine machine) =>
        (string?)machine.Backend.TcsMessages.LastOrDefault(message => (string?)message["type"] == "PublishInstanceStatusRequest")?["message"]!["statuses"]![0]!["status"];
}

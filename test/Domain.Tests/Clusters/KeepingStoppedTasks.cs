namespace Berth.Domain.Tests;

public sealed class KeepingStoppedTasks
{
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(48, 47, 1)]
    public void Lasts_as_long_as_it_was_set_to(int hours, int after, int kept) =>
        Left(new() { StoppedTaskLife = TimeSpan.FromHours(hours) }, TimeSpan.FromHours(after)).ShouldBe(kept);

    [Fact]
    public void Has_no_end_where_it_is_for_ever() => Left(new() { StoppedTaskLife = TimeSpan.MaxValue }, after: TimeSpan.FromDays(10_000)).ShouldBe(1);

    private static int Left(ClusterLimits limits, TimeSpan after)
    {
        var scene = new ClusterScene(limits);
        scene.Instance();
        var task = scene.Do(new RunTaskCommand(new() { Definition = ClusterScene.Web }, 1, [], [], null, "")).Tasks.Single();
        scene.Report(task, EcsTaskStatus.Stopped);

        scene.Wait(after);
        return scene.State.Tasks.Count;
    }
}

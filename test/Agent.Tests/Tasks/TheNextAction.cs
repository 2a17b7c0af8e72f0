using System.Collections.Immutable;
using CsCheck;

namespace Berth.Agent.Tests;

/// <summary>
/// The decisions of the agent without Docker: a table of the plain cases, and laws over generated tasks whose
/// actions are carried out in any order, with any outcome.
/// </summary>
public sealed class TheNextAction
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Conditions = ["START", "COMPLETE", "SUCCESS", "HEALTHY"];

    private static readonly ContainerSpec App = new() { Name = "app", Image = "i", Essential = true };

    [Theory]
    [InlineData(ContainerStatus.None, false, "Pull")]
    [InlineData(ContainerStatus.Pulled, false, "Create")]
    [InlineData(ContainerStatus.Created, false, "Start")]
    [InlineData(ContainerStatus.Running, false, "Wait")]
    [InlineData(ContainerStatus.Stopped, false, "Wait")]
    [InlineData(ContainerStatus.None, true, "Abandon")]
    [InlineData(ContainerStatus.Pulled, true, "Abandon")]
    [InlineData(ContainerStatus.Created, true, "Abandon")]
    [InlineData(ContainerStatus.Running, true, "Stop")]
    [InlineData(ContainerStatus.Stopped, true, "Wait")]
    internal void Follows_from_what_is_known_and_wanted(ContainerStatus known, bool stopping, string action)
    {
        var task = Task(App) with { StopRequested = stopping };
        task = task with { Containers = [task.Containers[0] with { Known = known }] };

        NextAction.For(task.Containers[0], task, Noon).GetType().Name.ShouldBe(action);
    }

    [Fact]
    public void Waits_for_the_ledger() =>
        NextAction.For(Task(App).Containers[0], Task(App) with { Admitted = false }, Noon).ShouldBeOfType<ContainerAction.Wait>();

    [Theory]
    [InlineData("START", ContainerStatus.Running, null, null, "Create")]
    [InlineData("START", ContainerStatus.Stopped, 1, null, "Create")]
    [InlineData("START", ContainerStatus.Created, null, null, "Wait")]
    [InlineData("COMPLETE", ContainerStatus.Running, null, null, "Wait")]
    [InlineData("COMPLETE", ContainerStatus.Stopped, 9, null, "Create")]
    [InlineData("SUCCESS", ContainerStatus.Stopped, 0, null, "Create")]
    [InlineData("SUCCESS", ContainerStatus.Stopped, 9, null, "Abandon")]
    [InlineData("HEALTHY", ContainerStatus.Running, null, "HEALTHY", "Create")]
    [InlineData("HEALTHY", ContainerStatus.Running, null, "UNHEALTHY", "Wait")]
    [InlineData("HEALTHY", ContainerStatus.Stopped, 0, "HEALTHY", "Abandon")]
    internal void Of_a_dependant_follows_from_the_condition(string condition, ContainerStatus known, int? exitCode, string? health, string action)
    {
        var task = Task(App with { DependsOn = [new("other", condition)] }, new ContainerSpec { Name = "other", Image = "i" });
        task = task with
        {
            Containers =
            [
                task.Containers[0] with { Known = ContainerStatus.Pulled },
                task.Containers[1] with { Known = known, ExitCode = exitCode, Health = health is null ? null : new(health, Noon) },
            ],
        };

        NextAction.For(task.Containers[0], task, Noon).GetType().Name.ShouldBe(action);
    }

    [Fact]
    public void Gives_up_when_the_dependencys_start_timeout_has_passed()
    {
        var task = Task(App with { DependsOn = [new("other", "HEALTHY")] }, new ContainerSpec { Name = "other", Image = "i", StartTimeout = 10 });
        task = task with
        {
            Containers = [task.Containers[0] with { Known = ContainerStatus.Pulled }, task.Containers[1] with { Known = ContainerStatus.Running, StartedAt = Noon }],
        };

        NextAction.For(task.Containers[0], task, Noon.AddSeconds(9)).ShouldBeOfType<ContainerAction.Wait>().Until.ShouldBe(Noon.AddSeconds(10));
        NextAction.For(task.Containers[0], task, Noon.AddSeconds(10)).ShouldBeOfType<ContainerAction.Abandon>().ExitCode.ShouldBe(143);
    }

    [Fact]
    public void Never_moves_a_container_back() => Runs.Sample(run =>
    {
        var task = run.Begin();
        for (var step = 0; step < run.Choices.Length; step++)
        {
            var next = Play(task, run.Choices[step], step);
            if (next.Containers.Zip(task.Containers).Any(pair => pair.First.Known < pair.Second.Known || pair.First.Reported < pair.Second.Reported) || (task.HasRun && !next.HasRun))
            {
                return false;
            }

            task = next;
        }

        return true;
    });

    [Fact]
    public void Brings_every_task_told_to_stop_to_stopped_and_reported() => Runs.Sample(run =>
    {
        var task = run.Begin();
        for (var step = 0; step < run.Choices.Length; step++)
        {
            task = Play(task, run.Choices[step], step);
        }

        task = task.Apply(new TaskFact.StopRequested());
        for (var step = 0; step < 100 && task is not { Known: EcsTaskStatus.Stopped, Reported: EcsTaskStatus.Stopped }; step++)
        {
            task = Play(task, step, step);
        }

        return task is { Known: EcsTaskStatus.Stopped, Reported: EcsTaskStatus.Stopped } && TaskReport.Next(task) is null;
    });

    [Fact]
    public void Reports_each_status_once_and_in_order() => Runs.Sample(run =>
    {
        var task = run.Begin();
        List<string> told = [];
        for (var step = 0; step < run.Choices.Length + 100; step++)
        {
            task = step == run.Choices.Length ? task.Apply(new TaskFact.StopRequested()) : task;
            task = Play(task, step < run.Choices.Length ? run.Choices[step] : step, step, report =>
                told.AddRange(report.Changes.Select(change => $"{change.Container.Name} {change.Status}").Concat(report.IsTaskChange ? [$"{report.Status}"] : [])));
        }

        return told.Distinct().Count() == told.Count
            && told[^1] == "Stopped"
            && (!told.Contains("Running") || told.IndexOf("Running") < told.IndexOf("Stopped"))
            && task.Containers.All(container => !told.Contains($"{container.Name} Running") || told.IndexOf($"{container.Name} Running") < told.IndexOf($"{container.Name} Stopped"));
    });

    private sealed record Run(ImmutableArray<ContainerSpec> Containers, int[] Choices)
    {
        public TaskState Begin() => Task([.. Containers]);

        public override string ToString() => $"{string.Join("; ", Containers.Select(container => $"{container.Name}{(container.Essential ? "!" : "")}<-{string.Join(",", (container.DependsOn ?? []).Select(dependency => $"{dependency.ContainerName}:{dependency.Condition}"))}"))} | {string.Join(",", Choices)}";
    }

    /// <summary>One to four containers, each depending on earlier ones only, and what then happens.</summary>
    private static Gen<Run> Runs { get; } =
        from count in Gen.Int[1, 4]
        from essentials in Gen.Bool.Array[count]
        from dependencies in Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3].Select(index => Conditions[index])).Array[count]
        from restarts in Gen.Bool.Array[count]
        from choices in Gen.Int[0, 1000].Array[0, 60]
        select new Run(
            [.. Enumerable.Range(0, count).Select(index => new ContainerSpec
            {
                Name = $"c{index}",
                Image = "i",
                Essential = essentials[index] || index == 0,
                RestartPolicy = restarts[index] ? new(true, null, 0) : null,
                DependsOn = dependencies[index].Item1 < index ? [new ContainerDependency($"c{dependencies[index].Item1}", dependencies[index].Item2)] : null,
            })],
            choices);

    /// <summary>Carries out one thing that could happen now, chosen by a number.</summary>
    private static TaskState Play(TaskState task, int choice, int step, Action<TaskReport>? reported = null)
    {
        var now = Noon.AddSeconds(step);
        List<Func<TaskState>> possible = [];
        foreach (var container in task.Containers)
        {
            var name = container.Name;
            switch (NextAction.For(container, task, now))
            {
                case ContainerAction.Pull:
                    possible.Add(() => task.Apply(new ContainerFact.Pulled(name, null, null, now, now)));
                    possible.Add(() => task.Apply(new ContainerFact.Failed(name, "CannotPullContainerError: no", null, now, now)));
                    break;
                case ContainerAction.Create:
                    possible.Add(() => task.Apply(new ContainerFact.Created(name, $"id-{name}", now)));
                    break;
                case ContainerAction.Start:
                    possible.Add(() => task.Apply(Seen(name, ContainerStatus.Running, now)));
                    possible.Add(() => task.Apply(Seen(name, ContainerStatus.Stopped, now)));
                    break;
                case ContainerAction.Stop:
                    possible.Add(() => task.Apply(Seen(name, ContainerStatus.Stopped, now)));
                    break;
                case ContainerAction.Abandon abandon:
                    possible.Add(() => task.Apply(new ContainerFact.Failed(name, abandon.Reason, abandon.ExitCode, now)));
                    break;
                case ContainerAction.Wait when container.Known == ContainerStatus.Running && !task.IsStopping:
                    possible.Add(() => task.Apply(Seen(name, ContainerStatus.Stopped, now)));
                    possible.Add(() => task.Apply(new ContainerFact.HealthChanged(name, HealthStatus.Healthy, now)));
                    break;
            }

            // What was true before may be told again, late.
            if (choice % 7 == 0 && container.DockerId is not null)
            {
                possible.Add(() => task.Apply(new ContainerFact.Created(name, container.DockerId, now)));
            }
        }

        if (TaskReport.Next(task) is { } report)
        {
            possible.Add(() =>
            {
                reported?.Invoke(report);
                return task.Apply(report.Accepted());
            });
        }

        return possible.Count == 0 ? task : possible[choice % possible.Count]();
    }

    private static ContainerFact.Observed Seen(string name, ContainerStatus status, DateTimeOffset now) =>
        new(name, new ContainerObservation { DockerId = $"id-{name}", Status = status, StartedAt = now, FinishedAt = status == ContainerStatus.Stopped ? now : null, ExitCode = status == ContainerStatus.Stopped ? 1 : null });

    private static TaskState Task(params ContainerSpec[] containers) =>
        TaskAcceptance.Accept(new TaskSpec { Arn = "arn:aws:ecs:us-east-1:000000000000:task/test/1", Family = "f", Version = "1", Containers = containers }, Noon).Apply(new TaskFact.Admitted()).Apply(new SandboxFact.Declined());    // None is ready.
}

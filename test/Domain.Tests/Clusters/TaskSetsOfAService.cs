namespace Berth.Domain.Tests;

public sealed class TaskSetsOfAService
{
    private readonly ClusterScene scene = new();

    public TaskSetsOfAService()
    {
        scene.Instance();
        scene.Do(new CreateServiceCommand(
            "web", new() { TaskDefinitionArn = "", DesiredCount = 3, DeploymentController = DeploymentController.External, LaunchType = null }, null, [], null, "me", null));
    }

    [Fact]
    public void Have_their_share_of_the_desired_count_rounded_up()
    {
        var blue = Create(1, 100);
        var green = Create(2, 50);

        (blue.ComputedDesiredCount, green.ComputedDesiredCount).ShouldBe((3, 2));
        TasksOf(blue).Count.ShouldBe(3);
        TasksOf(green).Count.ShouldBe(2);
        scene.Found().Deployments.ShouldBeEmpty();
        scene.Messages()[0].ShouldStartWith($"(service web, taskSet {green.Id}) has started 2 tasks: (task ");
    }

    [Fact]
    public void Are_steady_once_all_their_tasks_are_healthy()
    {
        var set = Create(1, 100);
        Found(set).IsSteady.ShouldBeFalse();

        scene.Steady();

        Found(set).IsSteady.ShouldBeTrue();
        scene.Messages()[0].ShouldBe("(service web) has reached a steady state.");
        scene.Report(TasksOf(set)[0], EcsTaskStatus.Stopped);
        Found(set).IsSteady.ShouldBeFalse();
    }

    [Fact]
    public void Follow_the_services_desired_count()
    {
        var set = Create(1, 50);

        scene.Do(new UpdateServiceCommand("web", new() { DesiredCount = 6 }));

        TasksOf(set).Count.ShouldBe(3);
        scene.Messages().ShouldContain($"(service web) updated computedDesiredCount for taskSet {set.Id} to 3.");
        scene.Do(new UpdateTaskSetCommand("web", set.Id, 0));
        TasksOf(set).ShouldBeEmpty();
    }

    [Fact]
    public void Take_turns_as_the_primary_one()
    {
        var (blue, green) = (Create(1, 100), Create(2, 100));
        scene.Do(new UpdateServicePrimaryTaskSetCommand("web", blue.Id));

        scene.Do(new UpdateServicePrimaryTaskSetCommand("web", green.Id));

        (Found(blue).Status, Found(green).Status).ShouldBe((TaskSetStatus.Active, TaskSetStatus.Primary));
        scene.Found().Settings.TaskDefinitionArn.ShouldBe(ClusterScene.Define(2).Arn);
    }

    [Fact]
    public void Are_deleted_when_scaled_to_nothing_or_by_force()
    {
        var set = Create(1, 100);
        scene.RunAll();
        Should.Throw<RefusedException>(() => scene.Do(new DeleteTaskSetCommand("web", set.Id, Force: false))).Code.ShouldBe("InvalidParameterException");

        scene.Do(new DeleteTaskSetCommand("web", set.Id, Force: true)).Status.ShouldBe(TaskSetStatus.Draining);

        scene.Tasks().ShouldBeEmpty();
        scene.Found().TaskSets.ShouldBeEmpty();
        Should.Throw<RefusedException>(() => scene.Do(new DeleteTaskSetCommand("web", set.Id, Force: true))).Code.ShouldBe("TaskSetNotFoundException");
        foreach (var task in scene.Tasks(TaskPhase.Stopping))
        {
            scene.Report(task, EcsTaskStatus.Stopped);
        }

        scene.Wait(TimeSpan.FromHours(2));
        scene.State.TaskDefinitions.ShouldBeEmpty();
    }

    [Fact]
    public void Go_with_their_service()
    {
        Create(1, 100);
        Should.Throw<RefusedException>(() => scene.Do(new DeleteServiceCommand("web", Force: false)));

        scene.Do(new DeleteServiceCommand("web", Force: true));

        scene.Found().Status.ShouldBe(ServiceStatus.Inactive);
        scene.Tasks().ShouldBeEmpty();
    }

    [Fact]
    public void Are_created_once_for_one_client_token()
    {
        var first = Create(1, 100, "token");

        Create(1, 100, "token").Id.ShouldBe(first.Id);
        Should.Throw<RefusedException>(() => Create(2, 100, "token"));
        Should.Throw<RefusedException>(() => Create(1, 50, "token")).Message.ShouldBe("Creation of task set was not idempotent.");
    }

    [Fact]
    public void Are_five_at_most()
    {
        for (var revision = 1; revision <= 5; revision++)
        {
            Create(revision, 0);
        }

        Should.Throw<RefusedException>(() => Create(6, 0)).Code.ShouldBe("LimitExceededException");
    }

    [Fact]
    public void Belong_to_services_that_somebody_else_deploys()
    {
        scene.Service(settings => settings, "own");

        Should.Throw<RefusedException>(() => scene.Do(new DeleteTaskSetCommand("own", "ecs-svc/1", Force: true))).Code.ShouldBe("InvalidParameterException");
        Should.Throw<RefusedException>(() => scene.Do(new UpdateServiceCommand("web", new() { Definition = ClusterScene.Web }))).Message
            .ShouldBe("Unable to update taskDefinition on services with the EXTERNAL deployment controller.");
    }

    private TaskSet Create(int revision, double scale, string? token = null) => scene.Do(new CreateTaskSetCommand(
        "web", new() { TaskDefinitionArn = ClusterScene.Define(revision).Arn, LaunchType = "EC2" }, ClusterScene.Define(revision), scale, null, [], token) { Fingerprint = $"{revision} {scale}" });

    private TaskSet Found(TaskSet set) => scene.Found().TaskSets.Single(known => known.Id == set.Id);

    private IReadOnlyList<EcsTask> TasksOf(TaskSet set) => [.. scene.Tasks().Where(task => task.StartedBy == set.Id)];
}

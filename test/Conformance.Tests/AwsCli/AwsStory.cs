using System.Text.Json;

namespace Berth.Conformance.Tests;

/// <summary>What a person with the aws command line does, from an account's first cluster to its last.</summary>
/// <param name="aws">The command line.</param>
/// <param name="ecs">Calls beside it, to wait for what an agent does.</param>
internal sealed class AwsStory(AwsSession aws, SignedCalls ecs)
{
    private const string Prefix = "arn:aws:ecs:us-east-1:000000000000:", Group = "arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:1:autoScalingGroupName/spare";

    public async Task SettlesTheAccountAsync()
    {
        const string User = "arn:aws:iam::000000000000:user/me";
        Text(await aws.RunAsync("put-account-setting-default --name containerInsights --value enabled"), "setting.value").ShouldBe("enabled");
        Text(await aws.RunAsync($"put-account-setting --name containerInsights --value disabled --principal-arn {User}"), "setting.principalArn").ShouldBe(User);
        Text(await aws.RunAsync($"list-account-settings --effective-settings --name containerInsights --principal-arn {User}"), "settings.0.value").ShouldBe("disabled");
        Text(await aws.RunAsync($"delete-account-setting --name containerInsights --principal-arn {User}"), "setting.name").ShouldBe("containerInsights");
        Text(await aws.RunAsync($"list-account-settings --effective-settings --name containerInsights --principal-arn {User}"), "settings.0.value").ShouldBe("enabled");
    }

    public async Task MakesClustersAsync()
    {
        Text(await aws.RunAsync("create-cluster --cluster-name blue --tags key=team,value=x --settings name=containerInsights,value=disabled"), "cluster.status").ShouldBe("ACTIVE");
        Text(await aws.RunAsync("create-cluster --cluster-name quiet"), "cluster.clusterName").ShouldBe("quiet");
        Text(await aws.RunAsync("update-cluster --cluster blue --configuration executeCommandConfiguration={logging=DEFAULT}"), "cluster.configuration.executeCommandConfiguration.logging").ShouldBe("DEFAULT");
        Text(await aws.RunAsync("update-cluster-settings --cluster blue --settings name=containerInsights,value=enhanced"), "cluster.settings.0.value").ShouldBe("enhanced");
        var described = await aws.RunAsync("describe-clusters --clusters blue nope --include TAGS SETTINGS STATISTICS CONFIGURATIONS");
        Text(described, "clusters.0.tags.0.value").ShouldBe("x");
        Text(described, "failures.0.reason").ShouldBe("MISSING");
        Texts(await aws.RunAsync("list-clusters"), "clusterArns").ShouldBe([$"{Prefix}cluster/blue", $"{Prefix}cluster/quiet"], ignoreOrder: true);

        await aws.RunAsync($"tag-resource --resource-arn {Prefix}cluster/blue --tags key=cost,value=low");
        await aws.RunAsync($"untag-resource --resource-arn {Prefix}cluster/blue --tag-keys team");
        Text(await aws.RunAsync($"list-tags-for-resource --resource-arn {Prefix}cluster/blue"), "tags.0.key").ShouldBe("cost");

        Text(await aws.RunAsync($"create-capacity-provider --name spare --auto-scaling-group-provider autoScalingGroupArn={Group},managedScaling={{status=ENABLED,targetCapacity=80}}"), "capacityProvider.status").ShouldBe("ACTIVE");
        Text(await aws.RunAsync("put-cluster-capacity-providers --cluster blue --capacity-providers spare --default-capacity-provider-strategy []"), "cluster.capacityProviders.0").ShouldBe("spare");
        Text(await aws.RunAsync("update-capacity-provider --name spare --auto-scaling-group-provider managedScaling={targetCapacity=70}"), "capacityProvider.updateStatus").ShouldBe("UPDATE_COMPLETE");
        Text(await aws.RunAsync("describe-capacity-providers --capacity-providers spare"), "capacityProviders.0.autoScalingGroupProvider.managedScaling.targetCapacity").ShouldBe("70");
        (await aws.RefusedAsync("delete-capacity-provider --capacity-provider spare")).ShouldContain("is in use and cannot be removed");
        await aws.RunAsync("put-cluster-capacity-providers --cluster blue --capacity-providers [] --default-capacity-provider-strategy []");
        Text(await aws.RunAsync("delete-capacity-provider --capacity-provider spare"), "capacityProvider.updateStatus").ShouldBe("DELETE_COMPLETE");
    }

    public async Task KeepsContainerInstancesAsync()
    {
        var instance = Text(
            await aws.RunAsync("""
                register-container-instance --cluster quiet --total-resources name=CPU,type=INTEGER,integerValue=1024 name=MEMORY,type=INTEGER,integerValue=1024
                 name=PORTS,type=STRINGSET,stringSetValue=22,2375 name=PORTS_UDP,type=STRINGSET,stringSetValue=[] --attributes name=stack,value=test --version-info agentVersion=1,agentHash=x,dockerVersion=1
                """),
            "containerInstance.containerInstanceArn");
        Texts(await aws.RunAsync("list-container-instances --cluster quiet --filter 'attribute:stack == test'"), "containerInstanceArns").ShouldBe([instance]);
        Text(await aws.RunAsync($"describe-container-instances --cluster quiet --container-instances {instance}"), "containerInstances.0.agentConnected").ShouldBe("False");
        await aws.RunAsync($"put-attributes --cluster quiet --attributes name=rack,value=7,targetId={instance}");
        Text(await aws.RunAsync("list-attributes --cluster quiet --target-type container-instance --attribute-name rack"), "attributes.0.value").ShouldBe("7");
        Text(await aws.RunAsync($"delete-attributes --cluster quiet --attributes name=rack,targetId={instance}"), "attributes.0.name").ShouldBe("rack");
        Text(await aws.RunAsync($"update-container-instances-state --cluster quiet --container-instances {instance} --status DRAINING"), "containerInstances.0.status").ShouldBe("DRAINING");
        (await aws.RefusedAsync($"update-container-agent --cluster quiet --container-instance {instance}")).ShouldContain("(InvalidParameterException) when calling the UpdateContainerAgent operation");
        Text(await aws.RunAsync($"discover-poll-endpoint --cluster quiet --container-instance {instance}"), "endpoint").ShouldStartWith("http://127.0.0.1");
        Text(await aws.RunAsync($"deregister-container-instance --cluster quiet --container-instance {instance} --force"), "containerInstance.status").ShouldBe("INACTIVE");
    }

    public async Task RegistersTaskDefinitionsAsync()
    {
        for (var revision = 1; revision <= 5; revision++)
        {
            Text(await aws.RunAsync("register-task-definition --family web --container-definitions name=app,image=nginx,memory=64"), "taskDefinition.revision").ShouldBe($"{revision}");
        }

        var first = await aws.RunAsync("list-task-definitions --family-prefix web --sort DESC --page-size 2 --max-items 3");
        Texts(first, "taskDefinitionArns").Select(arn => arn.Split(':')[^1]).ShouldBe(["5", "4", "3"]);
        var rest = await aws.RunAsync($"list-task-definitions --family-prefix web --sort DESC --page-size 2 --starting-token {Text(first, "NextToken")}");
        Texts(rest, "taskDefinitionArns").Select(arn => arn.Split(':')[^1]).ShouldBe(["2", "1"]);
        Texts(await aws.RunAsync("list-task-definition-families --status ACTIVE"), "families").ShouldBe(["web"]);
        Text(await aws.RunAsync("describe-task-definition --task-definition web"), "taskDefinition.containerDefinitions.0.image").ShouldBe("nginx");
        Text(await aws.RunAsync("deregister-task-definition --task-definition web:5"), "taskDefinition.status").ShouldBe("INACTIVE");
        Text(await aws.RunAsync("delete-task-definitions --task-definitions web:5"), "taskDefinitions.0.status").ShouldBe("DELETE_IN_PROGRESS");
    }

    public async Task RunsTasksAsync(string instance)
    {
        var task = Text(await aws.RunAsync("run-task --cluster blue --task-definition web:1 --started-by me --overrides containerOverrides=[{name=app,command=[sleep,9]}]"), "tasks.0.taskArn");
        await ComesToBeAsync("DescribeTasks", $$"""{"cluster":"blue","tasks":["{{task}}"]}""", "tasks.0.lastStatus", "RUNNING");
        await aws.RunAsync($"wait tasks-running --cluster blue --tasks {task}");
        Texts(await aws.RunAsync("list-tasks --cluster blue --started-by me"), "taskArns").ShouldBe([task]);
        Text(await aws.RunAsync($"describe-tasks --cluster blue --tasks {task}"), "tasks.0.overrides.containerOverrides.0.command.1").ShouldBe("9");
        Text(await aws.RunAsync($"get-task-protection --cluster blue --tasks {task}"), "failures.0.reason").ShouldBe("TASK_NOT_VALID");
        Text(await aws.RunAsync($"update-task-protection --cluster blue --tasks {task} --protection-enabled"), "failures.0.reason").ShouldBe("TASK_NOT_VALID");
        (await aws.RefusedAsync($"execute-command --cluster blue --task {task} --interactive --command sh")).ShouldContain("(InvalidParameterException)");
        Text(await aws.RunAsync($"submit-container-state-change --cluster blue --task {task} --container-name app --status RUNNING"), "acknowledgment").ShouldNotBeEmpty();
        Text(await aws.RunAsync($"submit-task-state-change --cluster blue --task {task} --status RUNNING"), "acknowledgment").ShouldNotBeEmpty();
        Text(await aws.RunAsync("submit-attachment-state-changes --cluster blue --attachments attachmentArn=arn:aws:ecs:us-east-1:000000000000:attachment/x,status=ATTACHED"), "acknowledgment").ShouldNotBeEmpty();
        var started = Text(await aws.RunAsync($"start-task --cluster blue --task-definition web:2 --container-instances {instance}"), "tasks.0.taskArn");

        foreach (var stopped in new[] { task, started })
        {
            Text(await aws.RunAsync($"stop-task --cluster blue --task {stopped} --reason enough"), "task.desiredStatus").ShouldBe("STOPPED");
            await ComesToBeAsync("DescribeTasks", $$"""{"cluster":"blue","tasks":["{{stopped}}"]}""", "tasks.0.lastStatus", "STOPPED");
        }

        await aws.RunAsync($"wait tasks-stopped --cluster blue --tasks {task} {started}");
        (await aws.RefusedAsync($"wait tasks-running --cluster blue --tasks {task}")).ShouldContain("Waiter TasksRunning failed");
        Text(await aws.RunAsync($"describe-tasks --cluster blue --tasks {task} {Prefix}task/blue/0123456789abcdef0123456789abcdef"), "failures.0.reason").ShouldBe("MISSING");
    }

    public async Task DeploysServicesAsync()
    {
        var service = Text(await aws.RunAsync("create-service --cluster blue --service-name api --task-definition web:1 --desired-count 2 --tags key=a,value=b --enable-ecs-managed-tags"), "service.serviceArn");
        await StableAsync();
        await aws.RunAsync("wait services-stable --cluster blue --services api");
        Texts(await aws.RunAsync("list-services --cluster blue"), "serviceArns").ShouldBe([service]);
        var task = Text(await aws.RunAsync("list-tasks --cluster blue --service-name api"), "taskArns.0");
        Text(await aws.RunAsync($"update-task-protection --cluster blue --tasks {task} --protection-enabled --expires-in-minutes 5"), "protectedTasks.0.protectionEnabled").ShouldBe("True");
        Text(await aws.RunAsync($"update-task-protection --cluster blue --tasks {task} --no-protection-enabled"), "protectedTasks.0.protectionEnabled").ShouldBe("False");

        Text(await aws.RunAsync("update-service --cluster blue --service api --task-definition web:2 --desired-count 1"), "service.deployments.0.taskDefinition").ShouldEndWith("web:2");
        await StableAsync();
        Text(await aws.RunAsync("describe-services --cluster blue --services api --include TAGS"), "services.0.tags.0.key").ShouldBe("a");
        if (aws.Has("list-service-deployments"))
        {
            var rollouts = await aws.RunAsync("list-service-deployments --cluster blue --service api --status SUCCESSFUL");
            rollouts.GetProperty("serviceDeployments").GetArrayLength().ShouldBe(2);
            var rollout = Text(rollouts, "serviceDeployments.0.serviceDeploymentArn");
            var described = await aws.RunAsync($"describe-service-deployments --service-deployment-arns {rollout}");
            Text(await aws.RunAsync($"describe-service-revisions --service-revision-arns {Text(described, "serviceDeployments.0.targetServiceRevision.arn")}"), "serviceRevisions.0.taskDefinition").ShouldEndWith("web:2");
            (await aws.RefusedAsync($"stop-service-deployment --service-deployment-arn {rollout}")).ShouldContain("when calling the StopServiceDeployment operation");

            // Nothing runs in this cluster, so a rollout stays open until it is stopped.
            await aws.RunAsync("create-service --cluster quiet --service-name stuck --task-definition web:1 --desired-count 1");
            await aws.RunAsync("update-service --cluster quiet --service stuck --task-definition web:2");
            var open = Text(await aws.RunAsync("list-service-deployments --cluster quiet --service stuck --status IN_PROGRESS PENDING"), "serviceDeployments.0.serviceDeploymentArn");
            Text(await aws.RunAsync($"stop-service-deployment --service-deployment-arn {open} --stop-type ABORT"), "serviceDeploymentArn").ShouldBe(open);
            if (aws.Has("continue-service-deployment"))
            {
                (await aws.RefusedAsync($"continue-service-deployment --service-deployment-arn {open} --hook-id none")).ShouldContain("when calling the ContinueServiceDeployment operation");
            }

            await aws.RunAsync("delete-service --cluster quiet --service stuck --force");
        }

        (await aws.RefusedAsync("list-services-by-namespace --namespace none")).ShouldContain("(NamespaceNotFoundException)");
        Text(await aws.RunAsync("delete-service --cluster blue --service api --force"), "service.status").ShouldBe("DRAINING");
        (await aws.RefusedAsync("wait services-stable --cluster blue --services api")).ShouldContain("Waiter ServicesStable failed");
        await ComesToBeAsync("DescribeServices", """{"cluster":"blue","services":["api"]}""", "services.0.status", "INACTIVE");
        await aws.RunAsync("wait services-inactive --cluster blue --services api");

        async Task StableAsync()
        {
            await ComesToBeAsync("DescribeServices", """{"cluster":"blue","services":["api"]}""", "services.0.deployments.0.rolloutState", "COMPLETED");
            await ComesToBeAsync("DescribeServices", """{"cluster":"blue","services":["api"]}""", "services.0.deployments", deployments => deployments.GetArrayLength() == 1);
        }
    }

    public async Task DeploysTaskSetsAsync()
    {
        await aws.RunAsync("create-service --cluster blue --service-name sets --desired-count 2 --deployment-controller type=EXTERNAL");
        var set = Text(await aws.RunAsync("create-task-set --cluster blue --service sets --task-definition web:1 --scale value=50,unit=PERCENT --external-id mine"), "taskSet.taskSetArn");
        Text(await aws.RunAsync($"describe-task-sets --cluster blue --service sets --task-sets {set}"), "taskSets.0.computedDesiredCount").ShouldBe("1");
        Text(await aws.RunAsync($"update-task-set --cluster blue --service sets --task-set {set} --scale value=100,unit=PERCENT"), "taskSet.computedDesiredCount").ShouldBe("2");
        Text(await aws.RunAsync($"update-service-primary-task-set --cluster blue --service sets --primary-task-set {set}"), "taskSet.status").ShouldBe("PRIMARY");
        Text(await aws.RunAsync($"delete-task-set --cluster blue --service sets --task-set {set} --force"), "taskSet.status").ShouldBe("DRAINING");
        await aws.RunAsync("delete-service --cluster blue --service sets --force");
        await ComesToBeAsync("DescribeServices", """{"cluster":"blue","services":["sets"]}""", "services.0.status", "INACTIVE");
    }

    public async Task KeepsDaemonsAsync()
    {
        if (!aws.Has("create-daemon"))
        {
            return;    // An older command line.
        }

        var provider = Text(
            await aws.RunAsync("create-capacity-provider --name managed --cluster blue --managed-instances-provider infrastructureRoleArn=arn:aws:iam::000000000000:role/r,instanceLaunchTemplate={ec2InstanceProfileArn=arn:aws:iam::000000000000:instance-profile/p,networkConfiguration={subnets=[subnet-1]}}"),
            "capacityProvider.capacityProviderArn");
        var definition = Text(await aws.RunAsync("register-daemon-task-definition --family watch --container-definitions name=agent,image=watch,memory=64"), "daemonTaskDefinitionArn");
        await aws.RunAsync($"wait daemon-task-definition-active --daemon-task-definition {definition}");
        Text(await aws.RunAsync($"describe-daemon-task-definition --daemon-task-definition {definition}"), "daemonTaskDefinition.family").ShouldBe("watch");
        Text(await aws.RunAsync("list-daemon-task-definitions --family watch"), "daemonTaskDefinitions.0.arn").ShouldBe(definition);

        var daemon = Text(await aws.RunAsync($"create-daemon --cluster-arn {Prefix}cluster/blue --daemon-name watch --daemon-task-definition-arn {definition} --capacity-provider-arns {provider}"), "daemonArn");
        await aws.RunAsync($"wait daemon-active --daemon-arn {daemon}");
        var described = await aws.RunAsync($"describe-daemon --daemon-arn {daemon}");
        Text(await aws.RunAsync($"describe-daemon-revisions --daemon-revision-arns {Text(described, "daemon.currentRevisions.0.arn")}"), "daemonRevisions.0.daemonTaskDefinitionArn").ShouldBe(definition);
        Text(await aws.RunAsync($"list-daemons --cluster-arn {Prefix}cluster/blue"), "daemonSummariesList.0.daemonArn").ShouldBe(daemon);
        await aws.RunAsync($"wait daemon-deployment-successful --daemon-deployment-arns {Text(await aws.RunAsync($"list-daemon-deployments --daemon-arn {daemon}"), "daemonDeployments.0.daemonDeploymentArn")}");

        // A deployment that bakes is stopped by the next.
        var update = $"update-daemon --daemon-arn {daemon} --daemon-task-definition-arn {definition} --capacity-provider-arns {provider}";
        await aws.RunAsync($"{update} --deployment-configuration bakeTimeInMinutes=1,drainPercent=20");
        await aws.RunAsync(update);
        var stopped = Text(await aws.RunAsync($"list-daemon-deployments --daemon-arn {daemon} --status STOPPED"), "daemonDeployments.0.daemonDeploymentArn");
        await aws.RunAsync($"wait daemon-deployment-stopped --daemon-deployment-arns {stopped}");
        (await aws.RefusedAsync($"wait daemon-deployment-successful --daemon-deployment-arns {stopped}")).ShouldContain("Waiter DaemonDeploymentSuccessful failed");

        var last = Text(await aws.RunAsync($"delete-daemon --daemon-arn {daemon}"), "deploymentArn");
        await aws.RunAsync($"wait daemon-deployment-successful --daemon-deployment-arns {last}");
        Text(await aws.RunAsync($"describe-daemon-deployments --daemon-deployment-arns {last}"), "daemonDeployments.0.status").ShouldBe("SUCCESSFUL");
        (await aws.RefusedAsync($"wait daemon-active --daemon-arn {daemon}")).ShouldContain("Waiter DaemonActive failed");
        Text(await aws.RunAsync($"delete-daemon-task-definition --daemon-task-definition {definition}"), "daemonTaskDefinitionArn").ShouldBe(definition);
        await aws.RunAsync($"wait daemon-task-definition-deleted --daemon-task-definition {definition}");
        (await aws.RefusedAsync($"wait daemon-task-definition-active --daemon-task-definition {definition}")).ShouldContain("Waiter DaemonTaskDefinitionActive failed");
        await aws.RunAsync("delete-capacity-provider --capacity-provider managed");
    }

    public async Task IsToldThatExpressGatewayServicesAreNotOfferedAsync()
    {
        if (!aws.Has("create-express-gateway-service"))
        {
            return;    // An older command line.
        }

        (await aws.RefusedAsync("create-express-gateway-service --infrastructure-role-arn arn:aws:iam::000000000000:role/i --execution-role-arn arn:aws:iam::000000000000:role/e --primary-container image=nginx --cluster quiet"))
            .ShouldContain("(UnsupportedFeatureException)");
        (await aws.RefusedAsync($"describe-express-gateway-service --service-arn {Prefix}service/quiet/none")).ShouldContain("(ResourceNotFoundException)");
        (await aws.RefusedAsync($"update-express-gateway-service --service-arn {Prefix}service/quiet/none --cpu 256")).ShouldContain("(ServiceNotFoundException)");
        (await aws.RefusedAsync($"delete-express-gateway-service --service-arn {Prefix}service/quiet/none")).ShouldContain("(ServiceNotFoundException)");
    }

    public async Task RemovesEverythingAsync(string instance)
    {
        (await aws.RefusedAsync("delete-cluster --cluster blue")).ShouldContain("(ClusterContainsContainerInstancesException)");
        await aws.RunAsync($"deregister-container-instance --cluster blue --container-instance {instance} --force");
        Text(await aws.RunAsync("delete-cluster --cluster blue"), "cluster.status").ShouldBe("INACTIVE");
        await aws.RunAsync("delete-cluster --cluster quiet");
        Texts(await aws.RunAsync("list-clusters"), "clusterArns").ShouldBeEmpty();
    }

    private Task ComesToBeAsync(string operation, string body, string path, string value) => ComesToBeAsync(operation, body, path, found => found.ToString() == value);

    private async Task ComesToBeAsync(string operation, string body, string path, Func<JsonElement, bool> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!isSo(At(await ecs.AskAsync(operation, body), path)))
        {
            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>What a path leads to; its numbers are places in lists.</summary>
    private static JsonElement At(JsonElement answer, string path) => path.Split('.').Aggregate(answer, (found, step) =>
        int.TryParse(step, out var place) ? found[place] : found.TryGetProperty(step, out var member) ? member : throw new KeyNotFoundException($"{path} is not in {answer}"));

    private static string Text(JsonElement answer, string path) => At(answer, path).ToString();

    private static string[] Texts(JsonElement answer, string path) => [.. At(answer, path).EnumerateArray().Select(item => item.ToString())];
}
